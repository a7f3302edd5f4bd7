//! Clear integers of any width, to and from decimal.

use num_bigint::{BigInt, BigUint};
use tfhe::integer::bigint::{StaticSignedBigInt, StaticUnsignedBigInt};
use tfhe::prelude::*;

/// As wide as the widest encrypted type.
pub type Unsigned = StaticUnsignedBigInt<32>;
pub type Signed = StaticSignedBigInt<32>;

/// The value that an integer of so many bits keeps of this one.
pub fn wrap(value: &BigInt, bits: usize, signed: bool) -> BigInt {
    let modulus = BigInt::from(1) << bits;
    let rest = ((value % &modulus) + &modulus) % &modulus;
    if signed && rest.bit(bits as u64 - 1) {
        rest - modulus
    } else {
        rest
    }
}

/// Two's complement over 2048 bits.
pub fn to_unsigned(value: &BigInt) -> Unsigned {
    let mut limbs = [0; 32];
    for (limb, digit) in limbs.iter_mut().zip(wrap(value, 2048, false).iter_u64_digits()) {
        *limb = digit;
    }
    Unsigned::from(limbs)
}

pub fn to_signed(value: &BigInt) -> Signed {
    Signed::cast_from(to_unsigned(value))
}

pub fn from_unsigned(value: Unsigned) -> BigInt {
    let mut bytes = vec![0; 256];
    value.copy_to_le_byte_slice(&mut bytes);
    BigUint::from_bytes_le(&bytes).into()
}

pub fn from_signed(value: Signed) -> BigInt {
    wrap(&from_unsigned(Unsigned::cast_from(value)), 2048, true)
}

/// Calls a macro with the number of bits of every encrypted integer type.
#[macro_export]
macro_rules! with_all_widths {
    ($macro:ident) => {
        $macro! {
            2 4 6 8 10 12 14 16 24 32 40 48 56 64 72 80 88 96 104 112 120 128 136 144 152 160 168 176 184 192
            200 208 216 224 232 240 248 256 512 1024 2048
        }
    };
}
