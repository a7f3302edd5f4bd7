/** Expressions over a, b and the end of a line, each with what is easily wrong. */
export const EXPRESSIONS: readonly RegExp[] = regexes(String.raw`
# Characters, sequences, choices
/a/
/ab/
/a|b/
/ab|ba/
/a||b/
/(?:)/
/[]/
/[^]/
/./
/./s
/[ab]/
/[^ab]/
/[^\n]b/
/\w\W/
/\s/
/\S\s/
/\n/
/[\s\S]a/
/A/
/A/i
/[A-Z]b/i
/[^A]b/i

# Repetitions
/a*/
/a+b/
/a?b/
/a{2}/
/a{2,}b/
/a{1,2}b/
/a{0}b/
/a{0,2}?b/
/(?:ab)*a/
/(?:ab|a)*b/
/(?:a*)*b/
/(?:a*b*)*\n/
/(?:a|b*)+\n/
/(?:a?b?){2}\n/
/(?:(?:a{2})*b){2}/
/(?:a*?b)+?a/
/(a)(b)?(?<name>a)/
/a{,2}/

# The whole text
/^a/
/a$/
/^a$/
/^$/
/^/
/$/
/^ab|ba$/
/^(?:a|b)*$/
/^(?:aa)*$/
/^(?:a|ba)*$/
/^[^b]*$/
/^(?:(?:a|b)(?:a|b))*$/
/^(?:a|b)*a(?:a|b){2}$/
/^.$/
/^.{2,3}$/
/^.*$/
/^[^]{3}$/
/(?:^a|b)a/
/(?:^|b)a(?:$|b)/
/a^/
/$b/
/(?:^a)*b/
/(?:a$)+/
/^a*$|^b*$/

# Lines
/^a/m
/a$/m
/^$/m
/^ab?$/m
/a$\nb/m
/a\n^b/m
/^\n$/m
/(?:^a\n?)+$/m

# Words
/\ba/
/a\b/
/\bab\b/
/\Ba/
/a\Bb/
/\B/
/\b/
/^\b/
/\b$/
/\B\n\B/
/(?:\ba\b\n?)+$/
/\b\B/
/a\b|\bb/

# Looking ahead
/(?=a)/
/(?!a)/
/a(?=b)/
/a(?!b)/
/a(?=b)b/
/a(?=b)a/
/^(?=.*a)(?=.*b).{3,}$/
/^(?!.*aa).*$/
/^(?!.*aa)(?!.*bb)[ab]+$/
/(?=a*b)a/
/(?=ab|ba).{2}a/
/(?=a)*b/
/(?=a){2}ab/
/(?:(?=a)|b){2}/
/(?!a(?!b))a/
/(?!(?=a)b)\n/
/^(?:(?!ab).)*$/s
/(?=(?=a)[^]b)[^]{2}a/
/(?=$)/
/a(?=\n|$)/
/(?!$)(?!a)/

# Looking behind
/(?<=a)b/
/(?<!a)b/
/(?<=a)/
/(?<=a|b)\n/
/(?<=^a)b/
/(?<!^a)b/
/(?<=a*)b/
/(?<=ab*)\n/
/(?<!ab*)\n/
/(?<=a(?:b|\n)+)a/
/(?<=a.)b/s
/(?<=(?<=a)b)a/
/(?<!(?<!a)b)a/
/(?<=(?=ab)a)/
/(?<=(?=ab)[^])b/
/(?<=(?!ab)a)/
/(?<=a(?=b|$))/
/(?<=a(?!b*\n))b/
/(?=(?<=a)b)b/
/(?!(?<!a)b)[^]$/
/(?<=\b[ab]*)\n/
/(?<=(?:a|b){2})$/
/(?<=a{1,2}b)a/
/^(?:a(?<!ba)|b(?<!ab))*$/
`);

/** Expressions for texts beyond ASCII, with the flag u. */
export const UNICODE_EXPRESSIONS: readonly string[] = String.raw`
é
^é$
^.$
^.{2}$
^.*日$
^[^é]*$
[à-ü]€
[€-日]{2}
^(?:é|日)*$
^\p{L}+$
\P{L}$
^\p{Lu}
[^\p{ASCII}]a
(?<=é)日
(?<!é)日
^(?=.*é)(?=.*😀)
^(?!.*日)
\u{1f600}a?$
[\u{10000}-\u{1f600}]$
^[\u{800}-\u{ffff}]$
\bé
a\b
\B😀
^$
(?:)
[]
[^]$
`
  .trim()
  .split("\n");

/** Groups with flags of their own, and the same without. (V8 itself gets some of them wrong.) */
export const WITH_MODIFIERS: readonly (readonly [source: string, flags: string, same: string])[] = [
  ["(?i:a)b", "", "[aA]b"],
  ["(?-i:a)b", "i", "a[bB]"],
  ["(?i:a|[ab])", "", "[abAB]"],
  ["(?i:A(?-i:B))", "", "[aA]B"],
  ["(?s:.)b", "", "[^]b"],
  ["(?-s:.)b", "s", "[^\\n]b"],
  ["(?m:^)a$", "", "(?<![^\\n])a(?![^])"],
  ["(?-m:^)a$", "m", "(?<![^])a(?![^\\n])"],
  ["(?im-s:^A.)", "s", "(?<![^\\n])[aA][^\\n]"],
  ["(?i:\\bA)", "", "\\b[aA]"],
];

/** The expressions that stand in lines, between which there are titles. */
function regexes(lines: string): RegExp[] {
  return [...lines.matchAll(/^\/(.+)\/([a-z]*)$/gm)].map(([, source, flags]) => new RegExp(source!, flags));
}
