//! Operations on encrypted integers.

use crate::timing::time_batch;
use crate::Request;
use std::hint::black_box;
use tfhe::prelude::*;
use tfhe::{ClientKey, FheBool, FheUint128, FheUint32, FheUint64, FheUint8};

/// What one operation computes with.
struct Operands<Encrypted, Clear> {
    a: Encrypted,
    b: Encrypted,
    condition: FheBool,
    sixteen: Vec<Encrypted>,
    /// A clear operand of full length.
    clear: Clear,
    /// A clear divisor of half that length: longer ones have quotients that say little.
    divisor: Clear,
}

/// 2^128 divided by the golden ratio: clear operands are its first bits.
const GOLDEN: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834;

macro_rules! measure {
    ($fhe:ty, $clear:ty, $key:ident, $request:ident) => {{
        let run: fn(&Operands<$fhe, $clear>) = match ($request.operation.as_str(), $request.operand.as_str())
        {
            ("add", "encrypted") => |it| drop(black_box(&it.a + &it.b)),
            ("sub", "encrypted") => |it| drop(black_box(&it.a - &it.b)),
            ("mul", "encrypted") => |it| drop(black_box(&it.a * &it.b)),
            ("div", "encrypted") => |it| drop(black_box(&it.a / &it.b)),
            ("eq", "encrypted") => |it| drop(black_box(it.a.eq(&it.b))),
            ("lt", "encrypted") => |it| drop(black_box(it.a.lt(&it.b))),
            ("max", "encrypted") => |it| drop(black_box(it.a.max(&it.b))),
            ("and", "encrypted") => |it| drop(black_box(&it.a & &it.b)),
            ("shl", "encrypted") => |it| drop(black_box(&it.a << &it.b)),
            ("select", "encrypted") => |it| drop(black_box(it.condition.select(&it.a, &it.b))),
            ("sum of 16", "encrypted") => |it| drop(black_box(it.sixteen.iter().sum::<$fhe>())),
            ("add", "clear") => |it| drop(black_box(&it.a + it.clear)),
            ("sub", "clear") => |it| drop(black_box(&it.a - it.clear)),
            ("mul", "clear") => |it| drop(black_box(&it.a * it.clear)),
            ("div", "clear") => |it| drop(black_box(&it.a / it.divisor)),
            ("eq", "clear") => |it| drop(black_box(it.a.eq(it.clear))),
            ("lt", "clear") => |it| drop(black_box(it.a.lt(it.clear))),
            ("max", "clear") => |it| drop(black_box(it.a.max(it.clear))),
            ("and", "clear") => |it| drop(black_box(&it.a & it.clear)),
            ("shl", "clear") => |it| drop(black_box(&it.a << 3u32)),
            ("select", "clear") => |it| drop(black_box(it.condition.scalar_select(&it.a, it.clear))),
            _ => return None,
        };
        let encrypt = |value: $clear| <$fhe>::encrypt(value, $key);
        let summands = if $request.operation == "sum of 16" { 16 } else { 0 };
        let mut inputs: Vec<_> = (0..$request.batch)
            .map(|_| Operands {
                a: encrypt((GOLDEN.wrapping_mul(3) >> (128 - <$clear>::BITS)) as $clear),
                b: encrypt(7),
                condition: FheBool::encrypt(true, $key),
                sixteen: (0..summands).map(encrypt).collect(),
                clear: (GOLDEN >> (128 - <$clear>::BITS)) as $clear,
                divisor: (GOLDEN >> (128 - <$clear>::BITS / 2)) as $clear,
            })
            .collect();
        Some(time_batch(&mut inputs, |operands| run(operands)))
    }};
}

pub fn measure(key: &ClientKey, request: &Request) -> Option<f64> {
    match request.on.as_str() {
        "FheUint8" => measure!(FheUint8, u8, key, request),
        "FheUint32" => measure!(FheUint32, u32, key, request),
        "FheUint64" => measure!(FheUint64, u64, key, request),
        "FheUint128" => measure!(FheUint128, u128, key, request),
        _ => None,
    }
}
