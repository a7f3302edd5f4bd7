//! Counts the bootstraps of every operation on texts: `texts <file> [operation ...]`.
//!
//! Writes a JSON document, anew unless operations are named. Every result is decrypted and compared with the same
//! operation on clear texts.

use rayon::ThreadPoolBuilder;
use serde_json::{json, Map, Value};
use std::fmt::Debug;
use std::time::Instant;
use tfhe::integer::{self, BooleanBlock, RadixCiphertext};
use tfhe::strings::ciphertext::{ClearString, FheString, GenericPattern, UIntArg};
use tfhe::strings::server_key::{split_ascii_whitespace, FheStringIsEmpty, FheStringIterator, FheStringLen};
use tfhe::strings::{ClientKey, ServerKey};
use tfhe::{get_pbs_count, reset_pbs_count};
use tfhe_rs_counts::{client_key, sample};

/// TFHE-rs chooses how to propagate carries by the number of threads.
const THREADS: [usize; 2] = [2, 16];

/// A bootstrap of a trivial ciphertext counts as so many: see `cargo.sh`.
const TRIVIAL: u64 = 1 << 32;

/// Characters of the texts, with their padding.
const LENGTHS: [usize; 3] = [8, 32, 128];

/// The padding of a padded text.
const PADDING: usize = 3;

/// The most characters of a clear text that TFHE-rs takes.
const LONGEST_CLEAR: usize = 32;

/// `replace` makes the text more than twice as long for each place where the pattern may begin: with more places it takes
/// too much time, then too much memory.
const MOST_PLACES: usize = 8;

const PATTERN: &str = "abcd";
const REPLACEMENT: &str = "wxyz";

const OPERANDS: [&str; 3] = ["encrypted", "encryptedPadded", "clear"];

/// Letters with the pattern once, in the middle.
fn letters(length: usize) -> String {
    let mut text: String =
        (1..=length).map(|number| char::from(b'a' + sample(8, number as u128) as u8 % 26)).collect();
    let at = (length - PATTERN.len()) / 2;
    text.replace_range(at..at + PATTERN.len(), PATTERN);
    assert_eq!(text.matches(PATTERN).count(), 1);
    text
}

trait Decrypt {
    type Clear: PartialEq + Debug;

    fn decrypt(&self, key: &ClientKey<integer::ClientKey>) -> Self::Clear;
}

impl Decrypt for BooleanBlock {
    type Clear = bool;

    fn decrypt(&self, key: &ClientKey<integer::ClientKey>) -> bool {
        key.inner().decrypt_bool(self)
    }
}

impl Decrypt for RadixCiphertext {
    type Clear = usize;

    fn decrypt(&self, key: &ClientKey<integer::ClientKey>) -> usize {
        key.inner().decrypt_radix::<u64>(self) as usize
    }
}

impl Decrypt for FheString {
    type Clear = String;

    fn decrypt(&self, key: &ClientKey<integer::ClientKey>) -> String {
        key.decrypt_ascii(self)
    }
}

impl Decrypt for FheStringLen {
    type Clear = usize;

    fn decrypt(&self, key: &ClientKey<integer::ClientKey>) -> usize {
        match self {
            FheStringLen::NoPadding(length) => *length,
            FheStringLen::Padding(length) => length.decrypt(key),
        }
    }
}

impl Decrypt for FheStringIsEmpty {
    type Clear = bool;

    fn decrypt(&self, key: &ClientKey<integer::ClientKey>) -> bool {
        match self {
            FheStringIsEmpty::NoPadding(empty) => *empty,
            FheStringIsEmpty::Padding(empty) => empty.decrypt(key),
        }
    }
}

impl<A: Decrypt, B: Decrypt> Decrypt for (A, B) {
    type Clear = (A::Clear, B::Clear);

    fn decrypt(&self, key: &ClientKey<integer::ClientKey>) -> Self::Clear {
        (self.0.decrypt(key), self.1.decrypt(key))
    }
}

impl<A: Decrypt, B: Decrypt, C: Decrypt> Decrypt for (A, B, C) {
    type Clear = (A::Clear, B::Clear, C::Clear);

    fn decrypt(&self, key: &ClientKey<integer::ClientKey>) -> Self::Clear {
        (self.0.decrypt(key), self.1.decrypt(key), self.2.decrypt(key))
    }
}

struct Counter<'a> {
    client_key: &'a ClientKey<integer::ClientKey>,
    wanted: Vec<String>,
    /// Whether the text is padded: the key in `counts`.
    text: &'static str,
    length: usize,
    counts: Map<String, Value>,
}

impl Counter<'_> {
    fn encrypt(&self, text: &str, padding: usize) -> FheString {
        self.client_key.encrypt_ascii(text, Some(padding as u32))
    }

    /// A right operand, if there can be such a one.
    fn operand(&self, operand: &str, text: &str, padding: usize) -> Option<GenericPattern> {
        match operand {
            "encrypted" => Some(GenericPattern::Enc(self.encrypt(text, 0))),
            "encryptedPadded" => Some(GenericPattern::Enc(self.encrypt(text, padding))),
            _ if text.len() > LONGEST_CLEAR => None,
            _ => Some(GenericPattern::Clear(ClearString::new(text.into()))),
        }
    }

    /// Counts and checks an operation with this argument, if there is one.
    fn count<Argument, T: Decrypt>(
        &mut self,
        operation: &str,
        operand: &str,
        argument: Option<Argument>,
        compute: impl FnOnce(Argument) -> T,
        expected: T::Clear,
    ) {
        if !self.wanted.is_empty() && !self.wanted.iter().any(|wanted| wanted == operation) {
            return;
        }
        let count = argument.map(|argument| {
            let start = Instant::now();
            reset_pbs_count();
            let result = compute(argument);
            let count = get_pbs_count();
            let (bootstraps, trivial) = (count % TRIVIAL, count / TRIVIAL);
            let case = format!("{operation}, {} text of {}, {operand}", self.text, self.length);
            eprintln!(
                "{case}, {} threads: {bootstraps} and {trivial} trivial in {:?}",
                rayon::current_num_threads(),
                start.elapsed()
            );
            assert_eq!(result.decrypt(self.client_key), expected, "{case}");
            bootstraps
        });

        let mut at = &mut self.counts;
        for step in [operation, self.text, operand] {
            at = at.entry(step).or_insert_with(|| json!({})).as_object_mut().unwrap();
        }
        let least = at.get(&self.length.to_string()).and_then(Value::as_u64).into_iter().chain(count).min();
        at.insert(self.length.to_string(), json!(least));
    }
}

/// Every operation on a text of so many characters.
fn count_all(c: &mut Counter, s: &ServerKey<integer::ServerKey>, length: usize) {
    c.length = length;
    for (text, padding) in [("unpadded", 0), ("padded", PADDING)] {
        c.text = text;
        let clear = letters(length - padding);
        let x = c.encrypt(&clear, padding);
        let upper = clear.to_uppercase();

        for operand in OPERANDS {
            // As much padding as the text has, so that both have the same length.
            let y = c.operand(operand, &clear, padding.max(1));
            let y = y.as_ref().map(GenericPattern::as_ref);
            c.count("eq", operand, y, |y| s.eq(&x, y), true);
            c.count("ne", operand, y, |y| s.ne(&x, y), false);
            c.count("lt", operand, y, |y| s.lt(&x, y), false);
            c.count("ge", operand, y, |y| s.ge(&x, y), true);
            let y = c.operand(operand, &upper, padding.max(1));
            let y = y.as_ref().map(GenericPattern::as_ref);
            c.count("eqIgnoreCase", operand, y, |y| s.eq_ignore_case(&x, y), true);
        }

        for operand in OPERANDS {
            let p = c.operand(operand, PATTERN, 1);
            let p = p.as_ref().map(GenericPattern::as_ref);
            let place = clear.find(PATTERN).unwrap();
            c.count("contains", operand, p, |p| s.contains(&x, p), true);
            c.count("indexOf", operand, p, |p| s.find(&x, p), (place, true));
            c.count("lastIndexOf", operand, p, |p| s.rfind(&x, p), (place, true));
            c.count("startsWith", operand, p, |p| s.starts_with(&x, p), clear.starts_with(PATTERN));
            c.count("endsWith", operand, p, |p| s.ends_with(&x, p), clear.ends_with(PATTERN));
            let stripped = |it: Option<&str>| (it.unwrap_or(&clear).to_string(), it.is_some());
            let expected = stripped(clear.strip_prefix(PATTERN));
            c.count("stripPrefix", operand, p, |p| s.strip_prefix(&x, p), expected);
            let expected = stripped(clear.strip_suffix(PATTERN));
            c.count("stripSuffix", operand, p, |p| s.strip_suffix(&x, p), expected);
        }

        c.count("toLowerCase", "encrypted", Some(&x), |x| s.to_lowercase(x), clear.clone());
        c.count("toUpperCase", "encrypted", Some(&x), |x| s.to_uppercase(x), upper.clone());
        c.count("trim", "encrypted", Some(&x), |x| s.trim(x), clear.clone());
        c.count("trimStart", "encrypted", Some(&x), |x| s.trim_start(x), clear.clone());
        c.count("trimEnd", "encrypted", Some(&x), |x| s.trim_end(x), clear.clone());
        c.count("length", "encrypted", Some(&x), |x| s.len(x), clear.len());
        c.count("isEmpty", "encrypted", Some(&x), |x| s.is_empty(x), false);

        for (operand, padding) in [("encrypted", 0), ("encryptedPadded", PADDING)] {
            let other = letters(length - padding);
            let y = c.encrypt(&other, padding);
            c.count("concat", operand, Some(&y), |y| s.concat(&x, y), format!("{clear}{other}"));
        }
        let times = UIntArg::Enc(c.client_key.encrypt_u16(2, Some(3)));
        c.count("repeat", "encrypted", Some(&times), |times| s.repeat(&x, times), clear.repeat(2));
        let times = UIntArg::Clear(3);
        c.count("repeat", "clear", Some(&times), |times| s.repeat(&x, times), clear.repeat(3));

        let to = c.encrypt(REPLACEMENT, 0);
        let replaced = clear.replace(PATTERN, REPLACEMENT);
        for operand in OPERANDS {
            let p = c.operand(operand, PATTERN, 1);
            let p = p.as_ref().map(GenericPattern::as_ref);
            let (before, after) = clear.split_once(PATTERN).unwrap();
            let halves = (before.to_string(), after.to_string(), true);
            c.count("splitOnce", operand, p, |p| s.split_once(&x, p), halves.clone());
            c.count("splitLast", operand, p, |p| s.rsplit_once(&x, p), halves);
            c.count("split", operand, p, |p| s.split(&x, p).next(s), (before.to_string(), true));
            let once = UIntArg::Clear(1);
            c.count("replace", operand, p, |p| s.replacen(&x, p, &to, &once), replaced.clone());
            // An empty pattern, which a padded one may be, also fits after the last character.
            let characters = length - padding.min(1);
            let places = characters + 1 - if operand == "encryptedPadded" { 0 } else { PATTERN.len() };
            let p = p.filter(|_| places <= MOST_PLACES);
            c.count("replaceAll", operand, p, |p| s.replace(&x, p, &to), replaced.clone());
        }
        let first = (clear.clone(), true);
        c.count("splitAsciiWhitespace", "encrypted", Some(&x), |x| split_ascii_whitespace(x).next(s), first);
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().expect("a file");
    let wanted: Vec<String> = arguments.collect();
    let mut counts = Map::new();
    if !wanted.is_empty() {
        if let Ok(text) = std::fs::read_to_string(&file) {
            counts = serde_json::from_str(&text).unwrap();
            counts.retain(|operation, _| !wanted.contains(operation));
        }
    }

    let key = client_key(false).into_raw_parts().0;
    let server_key = ServerKey::new(integer::ServerKey::new_radix_server_key(&key));
    let client_key = ClientKey::new(key);
    let mut counter = Counter { client_key: &client_key, wanted, text: "", length: 0, counts };
    let pools = THREADS.map(|threads| ThreadPoolBuilder::new().num_threads(threads).build().unwrap());
    for length in LENGTHS {
        for pool in &pools {
            pool.install(|| count_all(&mut counter, &server_key, length));
        }
        counter.counts.sort_keys();
        std::fs::write(&file, serde_json::to_string_pretty(&counter.counts).unwrap() + "\n").unwrap();
    }
}
