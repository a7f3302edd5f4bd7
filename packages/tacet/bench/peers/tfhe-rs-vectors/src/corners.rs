//! Writes what TFHE-rs makes of texts where texts are hard: `corners <file>`.
//!
//! The texts are trivial, so that each of their lookups is one in a table; encrypted counts are encrypted.

use serde::Serialize;
use serde_json::{json, Value};
use std::collections::BTreeMap;
use tfhe::prelude::*;
use tfhe::strings::ciphertext::{ClearString, FheString, GenericPattern, GenericPatternRef, UIntArg};
use tfhe::strings::server_key::{
    split_ascii_whitespace, FheStringIsEmpty, FheStringIterator, FheStringLen, ServerKeyRef,
};
use tfhe::{ClientKey, ConfigBuilder, FheAsciiString, FheUint16, Seed};
use tfhe_rs_vectors::parameters::toy;

/// An operation on texts, and its result. Numbers of zeros are left out where there are none.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    text: String,
    #[serde(skip_serializing_if = "is_default")]
    padding: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    other_padding: u32,
    /// Whether the other text is clear.
    #[serde(skip_serializing_if = "is_default")]
    clear: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    by_padding: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u16>,
    /// The count is encrypted, and known to be no more than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<u16>,
    result: Value,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A text, and how many zeros follow it.
#[derive(Clone, Copy)]
struct Padded<'a>(&'a str, u32);

/// What is looked for.
#[derive(Clone, Copy)]
enum Pattern<'a> {
    Clear(&'a str),
    Encrypted(Padded<'a>),
}

/// How often.
#[derive(Clone, Copy)]
enum Count {
    Clear(u16),
    Encrypted(u16, u16),
}

impl Case {
    fn of(Padded(text, padding): Padded) -> Self {
        Self { text: text.into(), padding, ..Self::default() }
    }

    fn with(self, pattern: Pattern) -> Self {
        let (text, other_padding, clear) = match pattern {
            Pattern::Clear(text) => (text, 0, true),
            Pattern::Encrypted(Padded(text, padding)) => (text, padding, false),
        };
        Self { other: Some(text.into()), other_padding, clear, ..self }
    }

    fn by(self, Padded(text, by_padding): Padded) -> Self {
        Self { by: Some(text.into()), by_padding, ..self }
    }

    fn times(self, count: Count) -> Self {
        let (count, max) = match count {
            Count::Clear(count) => (count, None),
            Count::Encrypted(count, max) => (count, Some(max)),
        };
        Self { count: Some(count), max, ..self }
    }
}

type Client<'a> = tfhe::strings::ClientKey<&'a tfhe::integer::ClientKey>;

struct Corners<'a> {
    key: &'a ClientKey,
    client: Client<'a>,
    server: ServerKeyRef<'a>,
    cases: BTreeMap<&'static str, Vec<Case>>,
}

impl Corners<'_> {
    fn add(&mut self, operation: &'static str, case: Case, result: Value) {
        self.cases.entry(operation).or_default().push(Case { result, ..case });
    }

    fn text(&self, Padded(text, padding): Padded) -> FheString {
        self.server.trivial_encrypt_ascii(text, Some(padding))
    }

    /// The same for the high level API.
    fn high(&self, Padded(text, padding): Padded) -> FheAsciiString {
        FheAsciiString::try_encrypt_trivial_with_padding(text, padding).unwrap()
    }

    fn pattern(&self, pattern: Pattern) -> GenericPattern {
        match pattern {
            Pattern::Clear(text) => GenericPattern::Clear(ClearString::new(text.into())),
            Pattern::Encrypted(text) => GenericPattern::Enc(self.text(text)),
        }
    }

    fn count(&self, count: Count) -> UIntArg {
        match count {
            Count::Clear(count) => UIntArg::Clear(count),
            Count::Encrypted(count, max) => UIntArg::Enc(self.client.encrypt_u16(count, Some(max))),
        }
    }

    fn read(&self, text: &FheString) -> Value {
        json!(self.client.decrypt_ascii(text))
    }

    fn read_bool(&self, flag: &tfhe::integer::BooleanBlock) -> bool {
        self.client.inner().decrypt_bool(flag)
    }

    fn read_number(&self, number: &tfhe::integer::RadixCiphertext) -> u64 {
        self.client.inner().decrypt_radix(number)
    }

    fn compare(&mut self, operation: &'static str, text: Padded, other: Pattern) {
        let (a, b) = (self.text(text), self.pattern(other));
        let compare = match operation {
            "eq" => ServerKeyRef::eq,
            "ne" => ServerKeyRef::ne,
            "lt" => ServerKeyRef::lt,
            "le" => ServerKeyRef::le,
            "gt" => ServerKeyRef::gt,
            "ge" => ServerKeyRef::ge,
            "eqIgnoreCase" => ServerKeyRef::eq_ignore_case,
            "contains" => ServerKeyRef::contains,
            "startsWith" => ServerKeyRef::starts_with,
            "endsWith" => ServerKeyRef::ends_with,
            _ => panic!("{operation}"),
        };
        let result = self.read_bool(&compare(&self.server, &a, b.as_ref()));
        self.add(operation, Case::of(text).with(other), json!(result));
    }

    /// Where something is, and whether it is there.
    fn find(&mut self, operation: &'static str, text: Padded, other: Pattern) {
        let (a, b) = (self.text(text), self.pattern(other));
        let (index, found) = match operation {
            "indexOf" => self.server.find(&a, b.as_ref()),
            "lastIndexOf" => self.server.rfind(&a, b.as_ref()),
            _ => panic!("{operation}"),
        };
        let result = json!([self.read_number(&index), self.read_bool(&found)]);
        self.add(operation, Case::of(text).with(other), result);
    }

    /// What is left, and whether anything was taken away.
    fn strip(&mut self, operation: &'static str, text: Padded, other: Pattern) {
        let (a, b) = (self.text(text), self.pattern(other));
        let (rest, found) = match operation {
            "stripPrefix" => self.server.strip_prefix(&a, b.as_ref()),
            "stripSuffix" => self.server.strip_suffix(&a, b.as_ref()),
            _ => panic!("{operation}"),
        };
        let result = json!([self.read(&rest), self.read_bool(&found)]);
        self.add(operation, Case::of(text).with(other), result);
    }

    /// What a text alone gives.
    fn alone(&mut self, operation: &'static str, text: Padded) {
        let a = self.text(text);
        let sk = &self.server;
        let result = match operation {
            "length" => match sk.len(&a) {
                FheStringLen::NoPadding(length) => json!(length),
                FheStringLen::Padding(length) => json!(self.read_number(&length)),
            },
            "isEmpty" => match sk.is_empty(&a) {
                FheStringIsEmpty::NoPadding(empty) => json!(empty),
                FheStringIsEmpty::Padding(empty) => json!(self.read_bool(&empty)),
            },
            "toLowerCase" => self.read(&sk.to_lowercase(&a)),
            "toUpperCase" => self.read(&sk.to_uppercase(&a)),
            "trim" => self.read(&sk.trim(&a)),
            "trimStart" => self.read(&sk.trim_start(&a)),
            "trimEnd" => self.read(&sk.trim_end(&a)),
            "splitAsciiWhitespace" => self.pieces(text, split_ascii_whitespace(&a)),
            _ => panic!("{operation}"),
        };
        self.add(operation, Case::of(text), result);
    }

    fn concat(&mut self, text: Padded, other: Padded) {
        let result = self.read(&self.server.concat(&self.text(text), &self.text(other)));
        self.add("concat", Case::of(text).with(Pattern::Encrypted(other)), result);
    }

    fn repeat(&mut self, text: Padded, count: Count) {
        let a = self.high(text);
        let result: String = match count {
            Count::Clear(count) => a.repeat(count).decrypt(self.key),
            Count::Encrypted(count, max) => a.repeat((self.number(count), max)).decrypt(self.key),
        };
        self.add("repeat", Case::of(text).times(count), json!(result));
    }

    fn number(&self, value: u16) -> FheUint16 {
        FheUint16::encrypt(value, self.key)
    }

    fn replace(&mut self, text: Padded, other: Pattern, by: Padded) {
        let from = self.pattern(other);
        let result = self.read(&self.server.replace(&self.text(text), from.as_ref(), &self.text(by)));
        self.add("replaceAll", Case::of(text).with(other).by(by), result);
    }

    fn replace_up_to(&mut self, text: Padded, other: Pattern, by: Padded, count: Count) {
        let (a, from, to) = (self.text(text), self.pattern(other), self.text(by));
        let result = self.read(&self.server.replacen(&a, from.as_ref(), &to, &self.count(count)));
        self.add("replaceUpTo", Case::of(text).with(other).by(by).times(count), result);
    }

    /// What stands before and behind, or `false` where nothing is found: then the texts mean nothing.
    fn split_once(&mut self, operation: &'static str, text: Padded, other: Pattern) {
        let (a, b) = (self.text(text), self.pattern(other));
        let (before, behind, found) = match operation {
            "splitOnce" => self.server.split_once(&a, b.as_ref()),
            "splitLast" => self.server.rsplit_once(&a, b.as_ref()),
            _ => panic!("{operation}"),
        };
        let result = match self.read_bool(&found) {
            true => json!([self.read(&before), self.read(&behind)]),
            false => json!(false),
        };
        self.add(operation, Case::of(text).with(other), result);
    }

    fn split(&mut self, operation: &'static str, text: Padded, other: Pattern) {
        let (a, b) = (self.text(text), self.pattern(other));
        let (sk, b): (_, GenericPatternRef) = (&self.server, b.as_ref());
        let result = match operation {
            "split" => self.pieces(text, sk.split(&a, b)),
            "rsplit" => self.pieces(text, sk.rsplit(&a, b)),
            "splitTerminator" => self.pieces(text, sk.split_terminator(&a, b)),
            "rsplitTerminator" => self.pieces(text, sk.rsplit_terminator(&a, b)),
            "splitInclusive" => self.pieces(text, sk.split_inclusive(&a, b)),
            _ => panic!("{operation}"),
        };
        self.add(operation, Case::of(text).with(other), result);
    }

    fn split_up_to(&mut self, operation: &'static str, text: Padded, other: Pattern, count: Count) {
        let (a, b, n) = (self.text(text), self.pattern(other), self.count(count));
        let result = match operation {
            "splitn" => self.pieces(text, self.server.splitn(&a, b.as_ref(), n)),
            "rsplitn" => self.pieces(text, self.server.rsplitn(&a, b.as_ref(), n)),
            _ => panic!("{operation}"),
        };
        self.add(operation, Case::of(text).with(other).times(count), result);
    }

    /// What an iterator gives until it says that there is no more, and that it goes on saying so.
    fn pieces<'a, I>(&'a self, text: Padded, mut iterator: I) -> Value
    where
        I: FheStringIterator<&'a tfhe::integer::ServerKey>,
    {
        let mut pieces = Vec::new();
        let mut ended = false;
        for _ in 0..text.0.len() + 4 {
            let (piece, is_some) = iterator.next(&self.server);
            let is_some = self.read_bool(&is_some);
            assert!(!(ended && is_some), "{:?}", text.0);
            ended |= !is_some;
            if is_some {
                pieces.push(self.read(&piece));
            }
        }
        assert!(ended, "{:?}", text.0);
        json!(pieces)
    }

    fn write(&self, path: &str) {
        let lists = self.cases.iter().map(|(operation, cases)| {
            let lines = cases.iter().map(|case| serde_json::to_string(case).unwrap());
            println!("{:>5} {operation}", cases.len());
            format!("\"{operation}\": [\n{}\n]", lines.collect::<Vec<_>>().join(",\n"))
        });
        let text = format!("{{\n{}\n}}\n", lists.collect::<Vec<_>>().join(",\n"));
        std::fs::write(path, text).unwrap();
    }
}

/// A text with few numbers of zeros. One alone and several are different things for an empty one.
fn padded<'a>(text: &'a str) -> Vec<Padded<'a>> {
    let most = if text.is_empty() { 2 } else { 1 };
    (0..=most).map(|padding| Padded(text, padding)).collect()
}

/// The same, and the clear one.
fn patterns(text: &str) -> Vec<Pattern<'_>> {
    let encrypted = padded(text).into_iter().map(Pattern::Encrypted);
    std::iter::once(Pattern::Clear(text)).chain(encrypted).collect()
}

fn product<A: Copy, B: Copy>(a: &[A], b: &[B]) -> Vec<(A, B)> {
    a.iter().flat_map(|&a| b.iter().map(move |&b| (a, b))).collect()
}

/// Texts with all their paddings, each with each pattern.
fn all_pairs<'a>(pairs: &[(&'a str, &'a str)]) -> Vec<(Padded<'a>, Pattern<'a>)> {
    pairs.iter().flat_map(|(text, other)| product(&padded(text), &patterns(other))).collect()
}

/// About one in so many of them, with nothing in common.
fn some<T>(all: Vec<T>, step: usize) -> impl Iterator<Item = T> {
    let mixed = |i: usize| (i as u32).wrapping_mul(0x9e37_79b9) >> 16;
    all.into_iter().enumerate().filter(move |(i, _)| mixed(*i) as usize % step == 0).map(|(_, one)| one)
}

const COMPARED: [&str; 5] = ["", "a", "aa", "ab", "abc"];

const COMPARED_MORE: [(&str, &str); 8] = [
    ("b", "aaaa"),
    ("a", "A"),
    ("Z", "a"),
    ("~", "\u{7f}"),
    ("\u{1}", ""),
    ("a\u{1}", "a"),
    ("@", "`"),
    ("abcdefgh", "abcdefgi"),
];

const CASES: [(&str, &str); 14] = [
    ("", ""),
    ("a", ""),
    ("", "A"),
    ("Ab", "aB"),
    ("AB", "ab"),
    ("ab", "abc"),
    ("aZ", "Az"),
    ("@", "`"),
    ("[", "{"),
    ("Z", "z"),
    ("z", "Y"),
    ("a1!", "A1!"),
    ("\u{1}", "!"),
    ("Hello, World", "hELLO, wORLD"),
];

const SEARCHED: [&str; 8] = ["", "a", "abc", "b", "ab", "dddabc", "abceeee", "dddabceee"];
const FOUND: [&str; 8] = ["", "a", "abc", "b", "ab", "dabc", "abce", "dabce"];

/// Where a pattern overlaps itself, where it is the text or more, where its last part is missing.
const OVERLAPPING: [(&str, &str); 12] = [
    ("aaaa", "aa"),
    ("aaaaa", "aa"),
    ("ababa", "aba"),
    ("ababab", "abab"),
    ("aabaab", "aab"),
    ("abcabc", "abc"),
    ("abcab", "abc"),
    ("abab", "ababa"),
    ("ab", "abc"),
    ("bc", "abc"),
    ("aab", "ab"),
    ("abcabd", "abd"),
];

const SPLIT: [(&str, &str); 29] = [
    ("", ""),
    ("a", ""),
    ("abcd", ""),
    ("", "a"),
    ("a", "a"),
    ("a", "A"),
    ("aa", "a"),
    ("ab", "a"),
    ("ba", "a"),
    ("bb", "a"),
    ("aaa", "a"),
    ("aab", "a"),
    ("aba", "a"),
    ("baa", "a"),
    ("abb", "a"),
    ("bab", "a"),
    ("bba", "a"),
    ("", "ab"),
    ("ab", "ab"),
    ("abab", "ab"),
    ("baba", "ab"),
    ("aaaa", "aa"),
    ("aaaaa", "aa"),
    ("ababa", "aba"),
    ("ab", "abc"),
    ("a,b,,c", ","),
    (",,", ","),
    ("a, b, c", ", "),
    ("a, b,", ", "),
];

fn main() {
    let path = std::env::args().nth(1).expect("usage: corners <file>");
    let config = ConfigBuilder::with_custom_parameters(toy(4, 256)).use_dedicated_oprf_key(false).build();
    let key = ClientKey::generate_with_seed(config, Seed(53));
    let server_key = tfhe::ServerKey::new(&key);
    tfhe::set_server_key(server_key.clone());
    let (client, ..) = key.clone().into_raw_parts();
    let (server, ..) = server_key.into_raw_parts();
    let mut out = Corners {
        key: &key,
        client: Client::new(&client),
        server: ServerKeyRef::new(&server),
        cases: BTreeMap::new(),
    };

    comparisons(&mut out);
    searches(&mut out);
    alone(&mut out);
    longer(&mut out);
    replacements(&mut out);
    splits(&mut out);
    out.write(&path);
}

fn comparisons(out: &mut Corners) {
    let pairs = [product(&COMPARED, &COMPARED), COMPARED_MORE.to_vec()].concat();
    for (operation, step) in [("eq", 1), ("ne", 4), ("lt", 1), ("le", 4), ("gt", 4), ("ge", 4)] {
        for (text, other) in some(all_pairs(&pairs), step) {
            out.compare(operation, text, other);
        }
    }
    for (text, other) in all_pairs(&CASES) {
        out.compare("eqIgnoreCase", text, other);
    }
    // Longer than TFHE-rs's clear texts: encrypted ones only.
    let long = "a".repeat(33);
    let other = "a".repeat(32) + "b";
    for (a, b) in [(Padded(&long, 2), Padded(&long, 0)), (Padded(&long, 0), Padded(&other, 3))] {
        for operation in ["eq", "ne", "lt", "le", "gt", "ge", "eqIgnoreCase"] {
            out.compare(operation, a, Pattern::Encrypted(b));
        }
    }
}

fn searches(out: &mut Corners) {
    let pairs = product(&SEARCHED, &["", "a", "abc"]);
    let overlapping = all_pairs(&OVERLAPPING);
    for (operation, step) in [("contains", 2), ("startsWith", 2), ("endsWith", 1)] {
        for (text, other) in some(all_pairs(&pairs), step).chain(some(overlapping.clone(), step)) {
            out.compare(operation, text, other);
        }
    }
    for (operation, step) in [("stripPrefix", 2), ("stripSuffix", 1)] {
        for (text, other) in some(all_pairs(&pairs), step).chain(some(overlapping.clone(), step)) {
            out.strip(operation, text, other);
        }
    }
    let pairs = product(&FOUND, &["", "a", "b", "ab", "abc"]);
    for operation in ["indexOf", "lastIndexOf"] {
        for (text, other) in some(all_pairs(&pairs), 2).chain(overlapping.clone()) {
            out.find(operation, text, other);
        }
    }
    // More zeros on either side than the other has characters.
    for (text, other) in product(&["", "ab", "aab"], &["", "b", "ab"]) {
        for (text, other) in product(&[Padded(text, 0), Padded(text, 5)], &[Padded(other, 4)]) {
            let other = Pattern::Encrypted(other);
            for operation in ["contains", "startsWith", "endsWith"] {
                out.compare(operation, text, other);
            }
            for operation in ["stripPrefix", "stripSuffix"] {
                out.strip(operation, text, other);
            }
            for operation in ["indexOf", "lastIndexOf"] {
                out.find(operation, text, other);
            }
        }
    }
}

/// Characters of white space, and one that only JavaScript and Unicode take for it.
const BLANKS: [&str; 6] = [" ", "\n", "\t", "\r", "\u{c}", "\u{b}"];

fn alone(out: &mut Corners) {
    for text in ["", "a", "abc", " ", "\u{7f}"] {
        for padding in 0..4 {
            out.alone("length", Padded(text, padding));
            out.alone("isEmpty", Padded(text, padding));
        }
    }
    let all: Vec<String> = (1..128u8).map(|code| char::from(code).into()).collect();
    let all: Vec<String> = all.chunks(16).map(|characters| characters.concat()).collect();
    for operation in ["toLowerCase", "toUpperCase"] {
        for text in ["", "a", "Z", "@[`{"].into_iter().flat_map(padded) {
            out.alone(operation, text);
        }
        for text in &all {
            out.alone(operation, Padded(text, 0));
        }
    }
    let mixed = [" \t a\n b\r\u{c}", "   ", "\u{b} a \u{b}", "no blank", " \u{7f} "];
    for operation in ["trim", "trimStart", "trimEnd"] {
        for blank in BLANKS {
            for core in ["", "a", "a a"] {
                for text in
                    [format!("{blank}{core}"), format!("{core}{blank}"), format!("{blank}{core}{blank}")]
                {
                    let padding = u32::from(blank == " ") + (text.len() % 2) as u32;
                    out.alone(operation, Padded(&text, padding));
                }
            }
        }
        for text in ["", "a"].into_iter().chain(mixed).flat_map(padded) {
            out.alone(operation, text);
        }
    }
    for (i, blank) in BLANKS.into_iter().enumerate() {
        let shapes = ["_", "a_", "_a", "a_a", "__", "a__", "_a_", "__a", "a_a_", "a__a", "_a_a", "a_a_a"];
        for (j, shape) in shapes.into_iter().enumerate() {
            let text = shape.replace('_', blank);
            out.alone("splitAsciiWhitespace", Padded(&text, ((i + j) % 2) as u32));
        }
    }
    for text in ["", "a"].into_iter().chain(mixed).flat_map(padded) {
        out.alone("splitAsciiWhitespace", text);
    }
}

/// What makes texts longer.
fn longer(out: &mut Corners) {
    let texts: Vec<Padded> = ["", "a", "ab", "abcd"].into_iter().flat_map(padded).collect();
    for (text, other) in product(&texts, &texts) {
        out.concat(text, other);
    }
    out.concat(Padded("a", 4), Padded("bc", 3));
    out.concat(Padded("abc", 3), Padded("d", 0));
    for text in ["", "a", "abc"].into_iter().flat_map(padded) {
        for count in 0..4 {
            out.repeat(text, Count::Clear(count));
            for max in 1..4 {
                // A count may be more than was said of it.
                out.repeat(text, Count::Encrypted(count, max));
            }
        }
    }
}

const PUT_IN: [&str; 4] = ["", " ", "a", "abc"];

/// Texts, patterns and what is put in their place, with and without zeros behind each, in turn.
fn replaced<'a>() -> Vec<(Padded<'a>, Pattern<'a>, Padded<'a>)> {
    let pairs = [product(&FOUND, &["", "a", "b", "ab", "abc"]), OVERLAPPING.to_vec()].concat();
    let all = product(&pairs, &PUT_IN).into_iter().enumerate().map(|(i, ((text, from), by))| {
        let turn = (i + i / 4) as u32;
        let (text, by) = (Padded(text, turn % 2), Padded(by, turn / 2 % 2));
        let pattern = match turn % 3 {
            0 => Pattern::Clear(from),
            padding => Pattern::Encrypted(Padded(from, padding - 1)),
        };
        (text, pattern, by)
    });
    // TFHE-rs's results double with each place where the pattern may be.
    all.filter(|(text, ..)| text.0.len() + text.1 as usize <= 6).collect()
}

fn replacements(out: &mut Corners) {
    for (text, pattern, by) in replaced() {
        out.replace(text, pattern, by);
    }
    for text in padded("") {
        for pattern in patterns("").into_iter().chain(patterns("a")) {
            for by in padded("").into_iter().chain(padded("bc")) {
                out.replace(text, pattern, by);
            }
        }
    }
    for (i, (text, pattern, by)) in replaced().into_iter().enumerate() {
        for count in 0..3 {
            let encrypted = Count::Encrypted(count, count + 1 - (i % 2) as u16);
            match (i + i / 5 + count as usize) % 5 {
                0 => out.replace_up_to(text, pattern, by, Count::Clear(count)),
                1 => out.replace_up_to(text, pattern, by, encrypted),
                _ => {}
            }
        }
    }
    for text in padded("").into_iter().chain(padded("aa")) {
        for pattern in patterns("").into_iter().chain(patterns("a")) {
            for count in [0, 1, 4] {
                out.replace_up_to(text, pattern, Padded("b", 0), Count::Clear(count));
                out.replace_up_to(text, pattern, Padded("b", 0), Count::Encrypted(count, 4));
            }
        }
    }
}

fn splits(out: &mut Corners) {
    let pairs = all_pairs(&SPLIT);
    for operation in ["splitOnce", "splitLast"] {
        for (text, other) in some(pairs.clone(), 2) {
            out.split_once(operation, text, other);
        }
    }
    for operation in ["split", "rsplit", "splitTerminator", "rsplitTerminator", "splitInclusive"] {
        for (text, other) in some(pairs.clone(), 2) {
            out.split(operation, text, other);
        }
    }
    for operation in ["splitn", "rsplitn"] {
        for (i, (text, other)) in some(pairs.clone(), 4).enumerate() {
            for count in 0..4 {
                let encrypted = Count::Encrypted(count, count + 1);
                let count = if (i + count as usize) % 2 == 0 { Count::Clear(count) } else { encrypted };
                out.split_up_to(operation, text, other, count);
            }
        }
    }
}
