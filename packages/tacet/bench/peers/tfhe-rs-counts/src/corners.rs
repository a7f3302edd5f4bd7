//! Writes what TFHE-rs answers where integer arithmetic leaves a choice: `corners <file>`.

use serde_json::{json, Value};
use std::collections::BTreeSet;
use std::panic::{catch_unwind, set_hook, take_hook, AssertUnwindSafe};
use tfhe::array::{fhe_uint_array_contains_sub_slice, fhe_uint_array_eq};
use tfhe::prelude::*;
use tfhe::*;
use tfhe_rs_counts::{client_key, sample};

struct Recorder {
    key: ClientKey,
    integer_key: integer::ServerKey,
    entries: Vec<Value>,
}

impl Recorder {
    fn push(&mut self, operation: &str, kind: &str, operands: &[String], result: &[String]) {
        self.entries
            .push(json!({ "operation": operation, "type": kind, "operands": operands, "result": result }));
    }

    /// One entry where the clear right operand makes no difference, else a second one.
    fn push_both(&mut self, operation: &str, kind: &str, operands: &[String], results: [Vec<String>; 2]) {
        self.push(operation, kind, operands, &results[0]);
        if results[0] != results[1] {
            self.push(&format!("{operation} clear"), kind, operands, &results[1]);
        }
    }

    fn with_array(&mut self, operation: &str, array: &[String], operands: &[String], result: &[String]) {
        self.push(operation, "FheUint8", operands, result);
        let entry = self.entries.last_mut().unwrap();
        entry.as_object_mut().unwrap().insert("array".into(), json!(array));
    }
}

/// The edges of the range, what is near zero, and a value from within; `few` leaves out the neighbours.
fn values(bits: u32, signed: bool, few: bool) -> Vec<i128> {
    let (least, greatest) =
        if signed { (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) } else { (0, (1 << bits) - 1) };
    let middle: i128 = if signed { 0 } else { 1 << (bits - 1) };
    let within = least + sample(bits, 1) as i128;
    let mut all = vec![0, 1, 3, least, greatest, middle, within];
    if signed {
        all.push(-1);
    }
    if !few {
        all.extend([2, least + 1, greatest - 1, middle - 1, middle - 2, least + sample(bits, 7) as i128]);
    }
    let all: BTreeSet<i128> = all.into_iter().filter(|it| (least..=greatest).contains(it)).collect();
    all.into_iter().collect()
}

/// The result of an operation that may panic.
fn attempt(compute: impl FnOnce() -> Vec<String>) -> Vec<String> {
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(compute));
    set_hook(hook);
    result.unwrap_or_else(|_| vec!["panic".into()])
}

/// Division and what reports an overflow.
macro_rules! arithmetic {
    ($r:ident, $(($fhe:ident, $clear:ty, $bits:literal, $signed:literal))*) => {$({
        let r = &mut *$r;
        let key = r.key.clone();
        let kind = stringify!($fhe);
        let text = |it: &$fhe| { let it: $clear = it.decrypt(&key); it.to_string() };
        let two = |(first, second): ($fhe, $fhe)| vec![text(&first), text(&second)];
        let pair = |(value, overflow): ($fhe, FheBool)| vec![text(&value), overflow.decrypt(&key).to_string()];

        for a in values($bits, $signed, true) {
            for b in values($bits, $signed, true) {
                let clear = b as $clear;
                let (x, y) = (<$fhe>::encrypt(a as $clear, &key), <$fhe>::encrypt(clear, &key));
                let at = [a.to_string(), b.to_string()];
                let encrypted = two((&x).div_rem(&y));
                assert_eq!(encrypted, [text(&(&x / &y)), text(&(&x % &y))]);
                let by_clear = attempt(|| two((&x).div_rem(clear)));
                assert_eq!(by_clear == ["panic"], b == 0);
                if b != 0 {
                    assert_eq!(by_clear, [text(&(&x / clear)), text(&(&x % clear))]);
                }
                if b != 0 || a == 0 {
                    r.push_both("divRem", kind, &at, [encrypted, by_clear]);
                } else {
                    r.push("divRem", kind, &at, &encrypted);
                }
                let differences = [pair((&x).overflowing_sub(&y)), pair((&x).overflowing_sub(clear))];
                r.push_both("overflowingSub", kind, &at, differences);
                if a <= b {
                    let sums = [pair((&x).overflowing_add(&y)), pair((&x).overflowing_add(clear))];
                    r.push_both("overflowingAdd", kind, &at, sums);
                    r.push("overflowingMul", kind, &at, &pair((&x).overflowing_mul(&y)));
                }
            }
        }
    })*};
}

macro_rules! shifts {
    ($r:ident, $(($fhe:ident, $clear:ty, $amount:ident, $amount_clear:ty, $bits:literal, $signed:literal))*) => {$({
        let r = &mut *$r;
        let key = r.key.clone();
        let kind = stringify!($fhe);
        let one = |it: $fhe| { let it: $clear = it.decrypt(&key); vec![it.to_string()] };
        let amounts: BTreeSet<u128> = if $bits == 8 {
            (0..=$bits + 2).chain([2 * $bits, 2 * $bits + 3, (1 << $bits) - 1]).collect()
        } else {
            let all = [0, 1, $bits - 1, $bits, $bits + 1, $bits + 2, 2 * $bits, 2 * $bits + 3, (1 << $bits) - 1];
            all.into_iter().filter(|it| *it < 1 << $bits).collect()
        };
        let shifted = values($bits, $signed, true);
        for a in [shifted[0], shifted[shifted.len() - 2]] {
            for amount in &amounts {
                let (x, clear) = (<$fhe>::encrypt(a as $clear, &key), *amount as $amount_clear);
                let y = <$amount>::encrypt(clear, &key);
                let at = [a.to_string(), amount.to_string()];
                r.push_both("shl", kind, &at, [one(&x << &y), one(&x << clear)]);
                r.push_both("shr", kind, &at, [one(&x >> &y), one(&x >> clear)]);
                let left = [one((&x).rotate_left(&y)), one((&x).rotate_left(clear))];
                r.push_both("rotateLeft", kind, &at, left);
                let right = [one((&x).rotate_right(&y)), one((&x).rotate_right(clear))];
                r.push_both("rotateRight", kind, &at, right);
            }
        }
    })*};
}

/// Operations on one integer.
macro_rules! unary {
    ($r:ident, $(($fhe:ident, $clear:ty, $bits:literal, $signed:literal $(, $abs:ident)?))*) => {$({
        let r = &mut *$r;
        let key = r.key.clone();
        let text = |it: &$fhe| { let it: $clear = it.decrypt(&key); it.to_string() };
        let count = |it: &FheUint32| { let it: u32 = it.decrypt(&key); it.to_string() };
        for a in values($bits, $signed, $bits > 8) {
            let x = <$fhe>::encrypt(a as $clear, &key);
            let at = [a.to_string()];
            let mut push = |operation, result: &[String]| r.push(operation, stringify!($fhe), &at, result);
            push("leadingZeros", &[count(&x.leading_zeros())]);
            push("leadingOnes", &[count(&x.leading_ones())]);
            push("trailingZeros", &[count(&x.trailing_zeros())]);
            push("trailingOnes", &[count(&x.trailing_ones())]);
            push("countOnes", &[count(&x.count_ones())]);
            push("countZeros", &[count(&x.count_zeros())]);
            push("ilog2", &[count(&x.ilog2())]);
            let (logarithm, valid) = x.checked_ilog2();
            push("checkedIlog2", &[count(&logarithm), valid.decrypt(&key).to_string()]);
            push("reverseBits", &[text(&x.reverse_bits())]);
            let (negative, overflow) = (&x).overflowing_neg();
            push("overflowingNeg", &[text(&negative), overflow.decrypt(&key).to_string()]);
            assert_eq!(text(&negative), text(&-&x));
            $(push("abs", &[text(&x.$abs())]);)?
        }
    })*};
}

macro_rules! casts {
    ($r:ident, $(($from:ident, $clear:ty, $bits:literal, $signed:literal) => $(($to:ident, $to_clear:ty)),*;)*) => {$($(
        for a in values($bits, $signed, true) {
            let x = <$from>::encrypt(a as $clear, &$r.key);
            let cast: $to_clear = <$to>::cast_from(x).decrypt(&$r.key);
            let operation = concat!("cast ", stringify!($to));
            $r.push(operation, stringify!($from), &[a.to_string()], &[cast.to_string()]);
        }
    )*)*};
}

/// Comparisons with clear values outside the range of the type.
fn out_of_range(r: &mut Recorder) {
    for a in [0u8, 5, 255] {
        let x = FheUint8::encrypt(a, &r.key);
        for b in [256u16, 261, 65535] {
            let results = [("eq", x.eq(b)), ("lt", x.lt(b)), ("gt", x.gt(b))];
            for (operation, result) in results {
                let result = result.decrypt(&r.key).to_string();
                r.push(&format!("{operation} clear"), "FheUint8", &[a.to_string(), b.to_string()], &[result]);
            }
        }
    }
    for a in [-128i8, -1, 5, 127] {
        let x = FheInt8::encrypt(a, &r.key);
        for b in [-32768i16, -129, 128, 261, 32767] {
            let results = [("eq", x.eq(b)), ("lt", x.lt(b)), ("gt", x.gt(b))];
            for (operation, result) in results {
                let result = result.decrypt(&r.key).to_string();
                r.push(&format!("{operation} clear"), "FheInt8", &[a.to_string(), b.to_string()], &[result]);
            }
        }
    }
}

fn choices(r: &mut Recorder) {
    let key = r.key.clone();
    let (x, y) = (FheUint8::encrypt(200u8, &key), FheUint8::encrypt(7u8, &key));
    let (s, t) = (FheInt8::encrypt(-128i8, &key), FheInt8::encrypt(7i8, &key));
    let unsigned = |it: &FheUint8| {
        let it: u8 = it.decrypt(&key);
        it.to_string()
    };
    let signed = |it: &FheInt8| {
        let it: i8 = it.decrypt(&key);
        it.to_string()
    };
    for condition in [false, true] {
        let bit = FheBool::encrypt(condition, &key);
        let at = |operands: &[&str]| {
            [condition.to_string()]
                .into_iter()
                .chain(operands.iter().map(|it| it.to_string()))
                .collect::<Vec<_>>()
        };
        r.push("ifThenZero", "FheUint8", &at(&["200"]), &[unsigned(&bit.if_then_zero(&x))]);
        r.push("select", "FheUint8", &at(&["200", "7"]), &[unsigned(&bit.select(&x, &y))]);
        r.push("select", "FheInt8", &at(&["-128", "7"]), &[signed(&bit.select(&s, &t))]);
        r.push("select", "FheInt8", &at(&["-1", "7"]), &[signed(&FheInt8::select(&bit, -1i8, 7i8))]);
        let (first, second) = bit.flip(&x, &y);
        r.push("flip", "FheUint8", &at(&["200", "7"]), &[unsigned(&first), unsigned(&second)]);
        let (first, second) = bit.flip(&s, 7i8);
        r.push("flip", "FheInt8", &at(&["-128", "7"]), &[signed(&first), signed(&second)]);
        let cast: u8 = FheUint8::cast_from(bit.clone()).decrypt(&key);
        r.push("cast FheUint8", "FheBool", &at(&[]), &[cast.to_string()]);
        let cast: i8 = FheInt8::cast_from(bit.clone()).decrypt(&key);
        r.push("cast FheInt8", "FheBool", &at(&[]), &[cast.to_string()]);
        let cast: u8 = FheUint2::cast_from(bit).decrypt(&key);
        r.push("cast FheUint2", "FheBool", &at(&[]), &[cast.to_string()]);
    }
}

fn tables(r: &mut Recorder) {
    let key = r.key.clone();
    let matches = vec![(0u16, 9u16), (1, 0), (5, 1000), (200, 77), (255, 65535)];
    let text: Vec<[String; 2]> =
        matches.iter().map(|(from, to)| [from.to_string(), to.to_string()]).collect();
    let table = MatchValues::new(matches).unwrap();
    for a in [0u8, 1, 2, 5, 200, 254, 255] {
        let x = FheUint8::encrypt(a, &key);
        let (value, matched): (FheUint16, FheBool) = x.match_value(&table).unwrap();
        let or: FheUint16 = x.match_value_or(&table, 3).unwrap();
        let (value, or): (u16, u16) = (value.decrypt(&key), or.decrypt(&key));
        let matched = matched.decrypt(&key).to_string();
        for (operation, result) in [
            ("matchValue FheUint16", vec![value.to_string(), matched]),
            ("matchValueOr FheUint16", vec![or.to_string()]),
        ] {
            let mut operands = vec![a.to_string()];
            if operation.starts_with("matchValueOr") {
                operands.push("3".into());
            }
            r.push(operation, "FheUint8", &operands, &result);
            r.entries.last_mut().unwrap().as_object_mut().unwrap().insert("table".into(), json!(text));
        }
    }
}

fn searches(r: &mut Recorder) {
    let key = r.key.clone();
    let integer_client_key = key.clone().into_raw_parts().0;
    let s = r.integer_key.clone();
    for array in [vec![7u8, 3, 200, 3, 0, 255], vec![3, 3, 3], vec![5], vec![]] {
        let encrypted: Vec<FheUint8> = array.iter().map(|it| FheUint8::encrypt(*it, &key)).collect();
        let radix: Vec<_> = encrypted.iter().map(|it| it.clone().into_raw_parts().0).collect();
        let text: Vec<String> = array.iter().map(u8::to_string).collect();
        let distinct = array.iter().collect::<BTreeSet<_>>().len() == array.len();
        for needle in [3u8, 200, 7, 9] {
            let x = FheUint8::encrypt(needle, &key);
            let y = x.clone().into_raw_parts().0;
            let at = [needle.to_string()];
            let flag = |it: &integer::BooleanBlock| integer_client_key.decrypt_bool(it).to_string();
            let found = |(index, found): (integer::RadixCiphertext, integer::BooleanBlock)| {
                let index: u64 = integer_client_key.decrypt_radix(&index);
                vec![index.to_string(), flag(&found)]
            };
            let contains = FheUint8::contains(&encrypted, &x).decrypt(&key).to_string();
            assert_eq!(contains, flag(&s.contains_clear_parallelized(&radix, needle)));
            assert_eq!(contains, flag(&s.is_in_clears_parallelized(&y, &array)));
            r.with_array("contains", &text, &at, &[contains]);
            let first = found(s.first_index_of_parallelized(&radix, &y));
            assert_eq!(first, found(s.first_index_of_clear_parallelized(&radix, needle)));
            assert_eq!(first, found(s.first_index_in_clears_parallelized(&y, &array)));
            r.with_array("firstIndexOf", &text, &at, &first);
            let index = found(s.index_of_parallelized(&radix, &y));
            assert_eq!(index, found(s.index_of_clear_parallelized(&radix, needle)));
            if distinct {
                assert_eq!(index, found(s.index_in_clears_parallelized(&y, &array)));
            }
            r.with_array("indexOf", &text, &at, &index);
        }
        for part in [vec![3u8, 200], vec![3, 3], vec![0, 255], vec![255, 7], vec![5], vec![]] {
            let at: Vec<String> = part.iter().map(u8::to_string).collect();
            let part: Vec<FheUint8> = part.iter().map(|it| FheUint8::encrypt(*it, &key)).collect();
            let result = attempt(|| {
                vec![fhe_uint_array_contains_sub_slice(&encrypted, &part).decrypt(&key).to_string()]
            });
            r.with_array("containsSubSlice", &text, &at, &result);
            let result = attempt(|| vec![fhe_uint_array_eq(&encrypted, &part).decrypt(&key).to_string()]);
            r.with_array("arrayEq", &text, &at, &result);
        }
        let sum: u8 = encrypted.iter().sum::<FheUint8>().decrypt(&key);
        r.with_array("sum", &text, &[], &[sum.to_string()]);
    }
}

fn main() {
    let key = client_key(false);
    let server_key = ServerKey::new(&key);
    rayon::broadcast(|_| set_server_key(server_key.clone()));
    set_server_key(server_key.clone());
    let integer_key = server_key.into_raw_parts().0;
    let mut recorder = Recorder { key, integer_key, entries: Vec::new() };
    let r = &mut recorder;
    arithmetic! { r,
        (FheUint2, u8, 2, false)
        (FheUint8, u8, 8, false)
        (FheInt8, i8, 8, true)
        (FheUint16, u16, 16, false)
        (FheUint24, u32, 24, false)
        (FheInt64, i64, 64, true)
    }
    shifts! { r,
        (FheUint2, u8, FheUint2, u8, 2, false)
        (FheInt2, i8, FheUint2, u8, 2, true)
        (FheUint8, u8, FheUint8, u8, 8, false)
        (FheInt8, i8, FheUint8, u8, 8, true)
        (FheUint16, u16, FheUint16, u16, 16, false)
        (FheUint24, u32, FheUint24, u32, 24, false)
        (FheInt24, i32, FheUint24, u32, 24, true)
        (FheInt64, i64, FheUint64, u64, 64, true)
    }
    unary! { r,
        (FheUint2, u8, 2, false)
        (FheInt2, i8, 2, true, abs)
        (FheUint8, u8, 8, false)
        (FheInt8, i8, 8, true, abs)
        (FheUint16, u16, 16, false)
        (FheUint24, u32, 24, false)
        (FheInt64, i64, 64, true, abs)
    }
    casts! { r,
        (FheUint2, u8, 2, false) => (FheInt8, i8), (FheUint8, u8);
        (FheInt2, i8, 2, true) => (FheUint8, u8), (FheInt24, i32);
        (FheUint8, u8, 8, false) => (FheInt8, i8), (FheInt16, i16), (FheUint2, u8), (FheUint64, u64);
        (FheInt8, i8, 8, true) => (FheUint8, u8), (FheUint16, u16), (FheInt64, i64), (FheUint2, u8), (FheInt2, i8);
        (FheUint24, u32, 24, false) => (FheInt16, i16), (FheUint8, u8), (FheInt32, i32);
        (FheInt64, i64, 64, true) => (FheUint8, u8), (FheInt8, i8), (FheUint64, u64), (FheUint128, u128);
    }
    out_of_range(r);
    choices(r);
    tables(r);
    searches(r);

    let lines: Vec<String> = recorder.entries.iter().map(Value::to_string).collect();
    let file = std::env::args().nth(1).expect("a file");
    std::fs::write(file, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
}
