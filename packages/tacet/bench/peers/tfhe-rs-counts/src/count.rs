//! Counts the bootstraps of every integer operation: `count [operation ...]`.
//!
//! Prints a JSON document. Every result is decrypted and compared with the same operation on clear integers.

use rayon::ThreadPoolBuilder;
use serde_json::{json, Map, Value};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::num::NonZeroU64;
use tfhe::array::{fhe_uint_array_contains_sub_slice, fhe_uint_array_eq};
use tfhe::prelude::*;
use tfhe::*;
use tfhe_rs_counts::{client_key, sample};

/// TFHE-rs chooses how to propagate carries by the number of threads.
const THREADS: [usize; 2] = [2, 16];

/// A bootstrap of a trivial ciphertext counts as so many: see `cargo.sh`.
const TRIVIAL: u64 = 1 << 32;

/// Operation, sign, operand, bits.
type Case = (&'static str, &'static str, &'static str, u32);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Count {
    bootstraps: u64,
    trivial: u64,
}

struct Counter {
    client_key: ClientKey,
    integer_key: integer::ServerKey,
    wanted: Vec<String>,
    sign: &'static str,
    bits: u32,
    counts: BTreeMap<Case, Vec<Count>>,
}

impl Counter {
    fn wants(&self, operation: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|wanted| wanted == operation)
    }

    fn count<T>(&mut self, operation: &'static str, operand: &'static str, compute: impl FnOnce() -> T) -> T {
        reset_pbs_count();
        let result = compute();
        let count = get_pbs_count();
        let count = Count { bootstraps: count % TRIVIAL, trivial: count / TRIVIAL };
        self.counts.entry((operation, self.sign, operand, self.bits)).or_default().push(count);
        result
    }

    fn check<T, Clear: PartialEq + Debug>(&self, operation: &str, found: &T, expected: Clear)
    where
        T: FheDecrypt<Clear>,
    {
        let found: Clear = found.decrypt(&self.client_key);
        assert_eq!(found, expected, "{operation}, {} {} bits", self.sign, self.bits);
    }
}

/// Counts and checks an operation with one result.
macro_rules! one {
    ($counter:ident, $operation:literal, $operand:literal, $computed:expr, $expected:expr) => {
        if $counter.wants($operation) {
            let result = $counter.count($operation, $operand, || $computed);
            $counter.check($operation, &result, $expected);
        }
    };
}

/// Counts and checks an operation with two results.
macro_rules! two {
    ($counter:ident, $operation:literal, $operand:literal, $computed:expr, $expected:expr) => {
        if $counter.wants($operation) {
            let (first, second) = $counter.count($operation, $operand, || $computed);
            let (expected_first, expected_second) = $expected;
            $counter.check($operation, &first, expected_first);
            $counter.check($operation, &second, expected_second);
        }
    };
}

/// Counts and checks a search of the integer API, whose results are a flag, or an index and a flag.
macro_rules! search {
    ($counter:ident, $operation:literal, $operand:literal, $computed:expr, $expected:expr) => {
        if $counter.wants($operation) {
            let (index, found) = $counter.count($operation, $operand, || $computed);
            let (expected_index, expected_found): (u64, bool) = $expected;
            let key = $counter.client_key.clone().into_raw_parts().0;
            assert_eq!(key.decrypt_radix::<u64>(&index), expected_index, $operation);
            assert_eq!(key.decrypt_bool(&found), expected_found, $operation);
        }
    };
    ($counter:ident, $operation:literal, $operand:literal, flag $computed:expr, $expected:expr) => {
        if $counter.wants($operation) {
            let found = $counter.count($operation, $operand, || $computed);
            let key = $counter.client_key.clone().into_raw_parts().0;
            assert_eq!(key.decrypt_bool(&found), $expected, $operation);
        }
    };
}

/// What unsigned and signed integers have in common. `$clear` holds a value, `$half` one of half the width.
macro_rules! common {
    (
        $counter:ident, $bits:literal, $fhe:ty, $clear:ty, $amount:ty, $clear_amount:ty, $half:ty, $half_clear:ty,
        $double:ty, $wide_clear:ty
    ) => {
        let c = &mut *$counter;
        let key = c.client_key.clone();
        let value = |number| sample($bits, number) as $clear;
        let encrypt = |clear: $clear| <$fhe>::encrypt(clear, &key);
        let (a, b, d, e) = (value(3), value(5), value(6), value(8));
        let (x, y, z, w) = (encrypt(a), encrypt(b), encrypt(d), encrypt(e));
        // The clear operand, positive also where it is signed, and one for the second product.
        let k = (sample($bits, 1) >> (<$clear>::MIN != 0) as u32) as $clear;
        let l = (sample($bits, 2) >> (<$clear>::MIN != 0) as u32) as $clear;
        let (small, divisor) = (value(5) >> 4 | 1, encrypt(value(5) >> 4 | 1));
        let bit = FheBool::encrypt(true, &key);

        one!(c, "add", "encrypted", &x + &y, a.wrapping_add(b));
        one!(c, "add", "clear", &x + k, a.wrapping_add(k));
        one!(c, "sub", "encrypted", &x - &y, a.wrapping_sub(b));
        one!(c, "sub", "clear", &x - k, a.wrapping_sub(k));
        one!(c, "subFromClear", "clear", k - &x, k.wrapping_sub(a));
        one!(c, "neg", "encrypted", -&x, a.wrapping_neg());
        two!(c, "overflowingAdd", "encrypted", (&x).overflowing_add(&y), a.overflowing_add(b));
        two!(c, "overflowingAdd", "clear", (&x).overflowing_add(k), a.overflowing_add(k));
        two!(c, "overflowingSub", "encrypted", (&x).overflowing_sub(&y), a.overflowing_sub(b));
        two!(c, "overflowingSub", "clear", (&x).overflowing_sub(k), a.overflowing_sub(k));
        two!(c, "overflowingNeg", "encrypted", (&x).overflowing_neg(), a.overflowing_neg());

        one!(c, "eq", "encrypted", x.eq(&y), a == b);
        one!(c, "eq", "clear", x.eq(k), a == k);
        one!(c, "ne", "encrypted", x.ne(&y), a != b);
        one!(c, "ne", "clear", x.ne(k), a != k);
        one!(c, "lt", "encrypted", x.lt(&y), a < b);
        one!(c, "lt", "clear", x.lt(k), a < k);
        one!(c, "le", "encrypted", x.le(&y), a <= b);
        one!(c, "le", "clear", x.le(k), a <= k);
        one!(c, "gt", "encrypted", x.gt(&y), a > b);
        one!(c, "gt", "clear", x.gt(k), a > k);
        one!(c, "ge", "encrypted", x.ge(&y), a >= b);
        one!(c, "ge", "clear", x.ge(k), a >= k);
        one!(c, "min", "encrypted", x.min(&y), a.min(b));
        one!(c, "min", "clear", x.min(k), a.min(k));
        one!(c, "max", "encrypted", x.max(&y), a.max(b));
        one!(c, "max", "clear", x.max(k), a.max(k));

        one!(c, "and", "encrypted", &x & &y, a & b);
        one!(c, "and", "clear", &x & k, a & k);
        one!(c, "or", "encrypted", &x | &y, a | b);
        one!(c, "or", "clear", &x | k, a | k);
        one!(c, "xor", "encrypted", &x ^ &y, a ^ b);
        one!(c, "xor", "clear", &x ^ k, a ^ k);
        one!(c, "not", "encrypted", !&x, !a);

        let amount = <$amount>::encrypt(5 as $clear_amount, &key);
        one!(c, "shl", "encrypted", &x << &amount, a << 5);
        one!(c, "shr", "encrypted", &x >> &amount, a >> 5);
        one!(c, "rotateLeft", "encrypted", (&x).rotate_left(&amount), a.rotate_left(5));
        one!(c, "rotateRight", "encrypted", (&x).rotate_right(&amount), a.rotate_right(5));
        one!(c, "shl", "clear", &x << 3u32, a << 3);
        one!(c, "shr", "clear", &x >> 3u32, a >> 3);
        one!(c, "rotateLeft", "clear", (&x).rotate_left(3u32), a.rotate_left(3));
        one!(c, "rotateRight", "clear", (&x).rotate_right(3u32), a.rotate_right(3));
        one!(c, "shl4", "clear", &x << 4u32, a << 4);
        one!(c, "shr4", "clear", &x >> 4u32, a >> 4);
        one!(c, "rotateLeft4", "clear", (&x).rotate_left(4u32), a.rotate_left(4));
        one!(c, "rotateRight4", "clear", (&x).rotate_right(4u32), a.rotate_right(4));

        one!(c, "leadingZeros", "encrypted", x.leading_zeros(), a.leading_zeros());
        one!(c, "leadingOnes", "encrypted", x.leading_ones(), a.leading_ones());
        one!(c, "trailingZeros", "encrypted", x.trailing_zeros(), a.trailing_zeros());
        one!(c, "trailingOnes", "encrypted", x.trailing_ones(), a.trailing_ones());
        one!(c, "countOnes", "encrypted", x.count_ones(), a.count_ones());
        one!(c, "countZeros", "encrypted", x.count_zeros(), a.count_zeros());
        let (positive, logarithm) = (encrypt(k), k.ilog2());
        one!(c, "ilog2", "encrypted", positive.ilog2(), logarithm);
        two!(c, "checkedIlog2", "encrypted", positive.checked_ilog2(), (logarithm, true));
        one!(c, "reverseBits", "encrypted", x.reverse_bits(), a.reverse_bits());
        one!(c, "isEven", "encrypted", x.is_even(), a % 2 == 0);
        one!(c, "isOdd", "encrypted", x.is_odd(), a % 2 != 0);

        one!(c, "select", "encrypted", bit.select(&x, &y), a);
        one!(c, "select", "clear", bit.scalar_select(&x, k), a);
        one!(c, "selectClearFirst", "clear", bit.scalar_select(k, &x), k);
        one!(c, "selectBothClear", "clear", <$fhe>::select(&bit, k, l), k);
        two!(c, "flip", "encrypted", bit.flip(&x, &y), (b, a));
        two!(c, "flip", "clear", bit.flip(&x, k), (k, a));
        two!(c, "flipClearFirst", "clear", bit.flip(k, &x), (a, k));
        one!(c, "castDouble", "encrypted", <$double>::cast_from(x.clone()), a as $wide_clear);
        one!(c, "castHalf", "encrypted", <$half>::cast_from(x.clone()), {
            let shift = <$half_clear>::BITS - $bits / 2;
            (a as $half_clear) << shift >> shift
        });
        one!(c, "castBool", "encrypted", <$fhe>::cast_from(bit.clone()), 1 as $clear);

        let sixteen: Vec<$fhe> = (0..16).map(|i| encrypt(value(2 * i + 1))).collect();
        one!(c, "contains", "encrypted", <$fhe>::contains(&sixteen, &x), true);

        let all: Vec<$fhe> = (0..64).map(|i| encrypt(value(i))).collect();
        let sum = |n: u128| (0..n).map(value).fold(0, <$clear>::wrapping_add);
        one!(c, "sum3", "encrypted", all[..3].iter().sum::<$fhe>(), sum(3));
        one!(c, "sum4", "encrypted", all[..4].iter().sum::<$fhe>(), sum(4));
        one!(c, "sum16", "encrypted", all[..16].iter().sum::<$fhe>(), sum(16));
        one!(c, "sum64", "encrypted", all.iter().sum::<$fhe>(), sum(64));

        let bools: Vec<FheBool> = (0..16).map(|i| FheBool::encrypt(i % 3 != 0, &key)).collect();
        let weights: Vec<$clear> = (0..16).map(|i| value(2 * i + 1)).collect();
        let product = (0..16).filter(|i| i % 3 != 0).map(|i| weights[i]).fold(0, <$clear>::wrapping_add);
        one!(c, "dotProduct16", "clear", <$fhe>::dot_product(&bools, &weights), product);

        one!(c, "mul", "encrypted", &x * &y, a.wrapping_mul(b));
        one!(c, "mul", "clear", &x * k, a.wrapping_mul(k));
        one!(c, "square", "encrypted", &x * &x, a.wrapping_mul(a));
        let product = a.wrapping_mul(b).wrapping_add(d.wrapping_mul(e));
        one!(c, "mulAdd", "encrypted", &x * &y + &z * &w, product);
        let product = a.wrapping_mul(k).wrapping_add(d.wrapping_mul(l));
        one!(c, "mulAdd", "clear", &x * k + &z * l, product);
        two!(c, "overflowingMul", "encrypted", (&x).overflowing_mul(&y), a.overflowing_mul(b));

        let eight: Vec<$fhe> = (0..8).map(|i| encrypt(value(i))).collect();
        if c.wants("bitonicShuffle8") {
            let shuffled = c.count("bitonicShuffle8", "encrypted", || {
                bitonic_shuffle(eight, BitonicShuffleKeySize::num_bits(16), Seed(1)).unwrap()
            });
            let mut shuffled: Vec<$clear> = shuffled.iter().map(|it| it.decrypt(&key)).collect();
            shuffled.sort();
            let mut expected: Vec<$clear> = (0..8).map(value).collect();
            expected.sort();
            assert_eq!(shuffled, expected);
        }
        if c.wants("random") {
            c.count("random", "clear", || <$fhe>::generate_oblivious_pseudo_random(Seed(1)));
        }
        if c.wants("randomBounded") {
            c.count("randomBounded", "clear", || {
                <$fhe>::generate_oblivious_pseudo_random_bounded(Seed(1), $bits / 2 + 1)
            });
        }

        one!(c, "div", "encrypted", &x / &divisor, a / small);
        one!(c, "rem", "encrypted", &x % &divisor, a % small);
        two!(c, "divRem", "encrypted", (&x).div_rem(&divisor), (a / small, a % small));
        one!(c, "div", "clear", &x / k, a / k);
        one!(c, "rem", "clear", &x % k, a % k);
        two!(c, "divRem", "clear", (&x).div_rem(k), (a / k, a % k));
        one!(c, "fusedMulDiv", "encrypted", (&x).fused_mul_scalar_div(&y, k), {
            let wide = |it| num_bigint::BigInt::from(it);
            tfhe_rs_vectors::types::wrap(&(wide(a) * wide(b) / wide(k)), $bits, <$clear>::MIN != 0)
                .try_into()
                .unwrap_or(0 as $clear)
        });
    };
}

macro_rules! unsigned {
    ($counter:ident, $((
        $bits:literal, $fhe:ty, $clear:ty, $half:ty, $half_clear:ty, $double:ty, $wide_clear:ty
    ))*) => {$({
        $counter.sign = "unsigned";
        $counter.bits = $bits;
        common!($counter, $bits, $fhe, $clear, $fhe, $clear, $half, $half_clear, $double, $wide_clear);

        let c = &mut *$counter;
        let key = c.client_key.clone();
        let value = |number| sample($bits, number) as $clear;
        let encrypt = |clear: $clear| <$fhe>::encrypt(clear, &key);
        let (a, b, k) = (value(3), value(5), value(1));
        let (x, y) = (encrypt(a), encrypt(b));
        let bit = FheBool::encrypt(true, &key);
        // `a` is the second of them.
        let values: Vec<$clear> = (0..16).map(|i| value(2 * i + 1)).collect();
        let sixteen: Vec<$fhe> = values.iter().map(|it| encrypt(*it)).collect();

        one!(c, "ifThenZero", "encrypted", bit.if_then_zero(&x), a);
        one!(c, "bitSlice", "clear", (&x).bitslice(3..$bits - 1).unwrap(), a << 1 >> 4);

        let table: Vec<($clear, $clear)> = (0..16).map(|i| (value(2 * i + 1), value(2 * i + 2))).collect();
        let table = MatchValues::new(table).unwrap();
        let matched = |it: &$fhe, table: &_| -> ($fhe, FheBool) { it.match_value::<$clear, _>(table).unwrap() };
        let matched_or = |it: &$fhe, table: &_| -> $fhe { it.match_value_or(table, k).unwrap() };
        two!(c, "matchValue16", "encrypted", matched(&x, &table), (value(4), true));
        one!(c, "matchValueOr16", "encrypted", matched_or(&x, &table), value(4));
        if $bits == 8 {
            let permuted = |it: u16| (it * 167 + 13) as u8 as $clear;
            let table = (0..256).map(|it| (it as u8 as $clear, permuted(it))).collect();
            let table = MatchValues::new(table).unwrap();
            let expected = permuted(a as u8 as u16);
            two!(c, "matchValue256", "encrypted", matched(&x, &table), (expected, true));
            one!(c, "matchValueOr256", "encrypted", matched_or(&x, &table), expected);
        }

        let integer_key = c.integer_key.clone();
        let s = &integer_key;
        let needle = x.clone().into_raw_parts().0;
        let array: Vec<_> = sixteen.iter().map(|it| it.clone().into_raw_parts().0).collect();
        search!(c, "contains", "clear", flag s.contains_clear_parallelized(&array, a), true);
        search!(c, "isInClears", "clear", flag s.is_in_clears_parallelized(&needle, &values), true);
        search!(c, "indexInClears", "clear", s.index_in_clears_parallelized(&needle, &values), (1, true));
        search!(c, "firstIndexInClears", "clear", s.first_index_in_clears_parallelized(&needle, &values), (1, true));
        search!(c, "indexOf", "encrypted", s.index_of_parallelized(&array, &needle), (1, true));
        search!(c, "indexOf", "clear", s.index_of_clear_parallelized(&array, a), (1, true));
        search!(c, "firstIndexOf", "encrypted", s.first_index_of_parallelized(&array, &needle), (1, true));
        search!(c, "firstIndexOf", "clear", s.first_index_of_clear_parallelized(&array, a), (1, true));

        let copy: Vec<$fhe> = values.iter().map(|it| encrypt(*it)).collect();
        one!(c, "arrayEq16", "encrypted", fhe_uint_array_eq(&sixteen, &copy), true);
        one!(c, "arrayContainsSubSlice16And4", "encrypted",
            fhe_uint_array_contains_sub_slice(&sixteen, &copy[5..9]), true);

        let mut store = KVStore::<u8, $fhe>::new();
        for (key, value) in sixteen.iter().enumerate() {
            store.insert_with_clear_key(key as u8 * 3, value.clone());
        }
        let key_of_x = FheUint8::encrypt(3u8, &key);
        two!(c, "storeGet16", "encrypted", store.get(&key_of_x), (a, true));
        one!(c, "storeContainsKey16", "encrypted", store.contains_key(&key_of_x), true);
        if c.wants("storeMap16") {
            let (old, new, found) = c.count("storeMap16", "encrypted", || {
                store.map(&key_of_x, |it| it + (1 as $clear))
            });
            c.check("storeMap16", &old, a);
            c.check("storeMap16", &new, a.wrapping_add(1));
            c.check("storeMap16", &found, true);
        }
        one!(c, "storeUpdate16", "encrypted", store.update(&key_of_x, &y), true);
        if c.wants("storeUpdate16") {
            c.check("storeUpdate16", &store.get(&key_of_x).0, b);
        }

        for (operation, bound) in [
            ("randomRange10", 10),
            ("randomRange1000", 1000),
            ("randomRange2Pow40Plus1", 1 << 40 | 1),
        ] {
            if c.wants(operation) && u128::from(bound) <= <$clear>::MAX as u128 {
                let range = RangeForRandom::new_from_excluded_upper_bound(NonZeroU64::new(bound).unwrap());
                let random = c.count(operation, "clear", || {
                    <$fhe>::generate_oblivious_pseudo_random_custom_range(Seed(1), &range, None)
                });
                let random: $clear = random.decrypt(&key);
                assert!((random as u128) < u128::from(bound));
            }
        }
    })*};
}

macro_rules! signed {
    ($counter:ident, $((
        $bits:literal, $fhe:ty, $clear:ty, $unsigned:ty, $unsigned_clear:ty, $half:ty, $half_clear:ty, $double:ty,
        $wide_clear:ty
    ))*) => {$({
        $counter.sign = "signed";
        $counter.bits = $bits;
        common!($counter, $bits, $fhe, $clear, $unsigned, $unsigned_clear, $half, $half_clear, $double, $wide_clear);

        let c = &mut *$counter;
        let a = sample($bits, 3) as $clear;
        let x = <$fhe>::encrypt(a, &c.client_key);
        one!(c, "abs", "encrypted", x.abs(), a.wrapping_abs());
        one!(c, "castUnsigned", "encrypted", <$unsigned>::cast_from(x.clone()), a as $unsigned_clear);
    })*};
}

/// Every operation at every width.
fn count_all(c: &mut Counter) {
    unsigned! { c,
        (8, FheUint8, u8, FheUint4, u8, FheUint16, u16)
        (16, FheUint16, u16, FheUint8, u8, FheUint32, u32)
        (32, FheUint32, u32, FheUint16, u16, FheUint64, u64)
        (64, FheUint64, u64, FheUint32, u32, FheUint128, u128)
        (128, FheUint128, u128, FheUint64, u64, FheUint256, u128)
    }
    signed! { c,
        (8, FheInt8, i8, FheUint8, u8, FheInt4, i8, FheInt16, i16)
        (16, FheInt16, i16, FheUint16, u16, FheInt8, i8, FheInt32, i32)
        (32, FheInt32, i32, FheUint32, u32, FheInt16, i16, FheInt64, i64)
        (64, FheInt64, i64, FheUint64, u64, FheInt32, i32, FheInt128, i128)
        (128, FheInt128, i128, FheUint128, u128, FheInt64, i64, FheInt256, i128)
    }
}

/// Sets `value` at the path, making objects on the way.
fn set(object: &mut Map<String, Value>, (operation, sign, operand, bits): Case, value: Value) {
    let mut at = object;
    for step in [operation, sign, operand] {
        at = at.entry(step).or_insert_with(|| json!({})).as_object_mut().unwrap();
    }
    at.insert(bits.to_string(), value);
}

fn main() {
    let client_key = client_key(false);
    let server_key = ServerKey::new(&client_key);
    let mut counter = Counter {
        integer_key: server_key.clone().into_raw_parts().0,
        client_key,
        wanted: std::env::args().skip(1).collect(),
        sign: "",
        bits: 0,
        counts: BTreeMap::new(),
    };
    for threads in THREADS {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.broadcast(|_| set_server_key(server_key.clone()));
        pool.install(|| count_all(&mut counter));
    }

    let (mut counts, mut trivial, mut by_threads) = (Map::new(), Map::new(), Map::new());
    for (case, measured) in counter.counts {
        let least = measured.iter().min().unwrap();
        set(&mut counts, case, json!(least.bootstraps));
        if least.trivial > 0 {
            set(&mut trivial, case, json!(least.trivial));
        }
        let bootstraps: Vec<u64> = measured.iter().map(|count| count.bootstraps).collect();
        if bootstraps[0] != bootstraps[1] {
            set(&mut by_threads, case, json!(bootstraps));
        }
    }
    let section = |name: &str, operations: Map<String, Value>| {
        let lines: Vec<String> =
            operations.iter().map(|(name, counts)| format!("    {name:?}: {counts}")).collect();
        format!("  {name:?}: {{\n{}\n  }}", lines.join(",\n"))
    };
    let sections = [section("counts", counts), section("trivial", trivial), section("byThreads", by_threads)]
        .join(",\n");
    println!("{{\n  \"tfhe\": \"1.8.2\",\n  \"threads\": {},\n{sections}\n}}", json!(THREADS));
}
