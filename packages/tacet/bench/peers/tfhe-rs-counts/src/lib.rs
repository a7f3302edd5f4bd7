//! What the four programs share: operands, and keys of insecure parameters.

use tfhe::{ClientKey, Config, ConfigBuilder, Seed};
use tfhe_rs_vectors::parameters::toy;

/// 2^128 divided by the golden ratio: its multiples are spread evenly, whatever the width.
const GOLDEN: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834;

/// The operand with this number, in so many bits: the top bits of a multiple of the golden ratio. Number 1 is the clear
/// operand of every measurement.
pub fn sample(bits: u32, number: u128) -> u128 {
    GOLDEN.wrapping_mul(number) >> (128 - bits)
}

/// Message modulus 4, carry modulus 4, at most 5 times the noise of a bootstrap: the default of TFHE-rs, in dimensions
/// that hide nothing.
pub fn config(oprf_key: bool) -> Config {
    ConfigBuilder::with_custom_parameters(toy(16, 256)).use_dedicated_oprf_key(oprf_key).build()
}

pub fn client_key(oprf_key: bool) -> ClientKey {
    ClientKey::generate_with_seed(config(oprf_key), Seed(4))
}
