//! Encrypting and decrypting values, and their way into bytes and back.

use crate::timing::time;
use crate::Request;
use tfhe::prelude::*;
use tfhe::safe_serialization::{safe_deserialize, safe_serialize};
use tfhe::{
    ClientKey, CompressedFheBool, CompressedFheUint64, CompressedFheUint8, FheBool, FheUint64, FheUint8,
};

/// How many bytes are written and read at most.
const LIMIT: u64 = 1 << 30;

macro_rules! measure {
    ($fhe:ty, $compressed:ty, $clear:ty, $value:expr, $key:ident, $request:ident) => {{
        let encrypted = <$fhe>::encrypt($value, $key);
        let mut bytes = Vec::new();
        safe_serialize(&encrypted, &mut bytes, LIMIT).unwrap();
        Some(match $request.operation.as_str() {
            "encrypt" => time(|| <$fhe>::encrypt($value, $key)),
            "encrypt compressed" => time(|| <$compressed>::encrypt($value, $key)),
            "decrypt" => time(|| -> $clear { encrypted.decrypt($key) }),
            "serialize" => time(|| {
                let mut bytes = Vec::new();
                safe_serialize(&encrypted, &mut bytes, LIMIT).unwrap();
                bytes
            }),
            "deserialize" => time(|| -> $fhe { safe_deserialize(bytes.as_slice(), LIMIT).unwrap() }),
            _ => return None,
        })
    }};
}

pub fn measure(key: &ClientKey, request: &Request) -> Option<f64> {
    match request.on.as_str() {
        "FheBool" => measure!(FheBool, CompressedFheBool, bool, true, key, request),
        "FheUint8" => measure!(FheUint8, CompressedFheUint8, u8, 42u8, key, request),
        "FheUint64" => measure!(FheUint64, CompressedFheUint64, u64, 42u64, key, request),
        _ => None,
    }
}
