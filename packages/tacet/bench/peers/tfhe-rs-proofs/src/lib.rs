//! Cases of proofs: a public key, ciphertexts under it, what a prover knows of them, and common parameters that follow from
//! a seed.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{json, Value};
use tfhe::core_crypto::prelude::*;
use tfhe::zk::{CompactPkeCrs, ZkMSBZeroPaddingBitCount};

/// The largest noise is 2 to this.
pub const NOISE_BITS: u32 = 10;
/// With two bits of message and two of carry, under one of padding.
pub const PLAINTEXT_MODULUS: u64 = 32;
pub const CRS_SEED: u64 = 7;

pub struct Case {
    pub version: u32,
    pub d: usize,
    pub k_max: usize,
    pub a: Vec<u64>,
    pub b: Vec<u64>,
    pub c1: Vec<u64>,
    pub c2: Vec<u64>,
    pub r: Vec<u64>,
    pub e1: Vec<u64>,
    pub e2: Vec<u64>,
    pub m: Vec<u64>,
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn words_to_hex(words: &[u64]) -> String {
    hex(&words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>())
}

fn words_from(value: &Value) -> Vec<u64> {
    from_hex(value.as_str().unwrap())
        .chunks(8)
        .map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap()))
        .collect()
}

impl Case {
    /// Encrypts random messages with random noise.
    pub fn random(version: u32, d: usize, k_max: usize, k: usize, seed: u64) -> Self {
        let rng = &mut StdRng::seed_from_u64(seed);
        let bound = 1i64 << NOISE_BITS;
        let a: Vec<u64> = (0..d).map(|_| rng.gen()).collect();
        let b: Vec<u64> = (0..d).map(|_| rng.gen()).collect();
        let r: Vec<u64> = (0..d).map(|_| rng.gen_range(0..2)).collect();
        let e1: Vec<u64> = (0..d).map(|_| rng.gen_range(-bound..=bound) as u64).collect();
        let e2: Vec<u64> = (0..k).map(|_| rng.gen_range(-bound..=bound) as u64).collect();
        let m: Vec<u64> = (0..k).map(|_| rng.gen_range(0..PLAINTEXT_MODULUS / 2)).collect();
        let delta = ((1u128 << 64) / PLAINTEXT_MODULUS as u128) as u64;
        let mut c1 = e1.clone();
        let mut c2: Vec<u64> = (0..k).map(|i| delta.wrapping_mul(m[i]).wrapping_add(e2[i])).collect();
        for j in 0..d {
            let bit = r[d - j - 1];
            for i in 0..d {
                let product = a[i].wrapping_mul(bit);
                let (at, sum) = if i + j < d { (i + j, product) } else { (i + j - d, product.wrapping_neg()) };
                c1[at] = c1[at].wrapping_add(sum);
            }
            for (i, c2) in c2.iter_mut().enumerate() {
                let body = if i + j < d { b[d - j - i - 1] } else { b[2 * d - j - i - 1].wrapping_neg() };
                *c2 = c2.wrapping_add(body.wrapping_mul(bit));
            }
        }
        Self { version, d, k_max, a, b, c1, c2, r, e1, e2, m }
    }

    pub fn to_json(&self) -> Value {
        json!({
            "version": self.version, "d": self.d, "kMax": self.k_max,
            "a": words_to_hex(&self.a), "b": words_to_hex(&self.b),
            "c1": words_to_hex(&self.c1), "c2": words_to_hex(&self.c2),
            "r": words_to_hex(&self.r), "e1": words_to_hex(&self.e1),
            "e2": words_to_hex(&self.e2), "m": words_to_hex(&self.m),
        })
    }

    pub fn from_json(value: &Value) -> Self {
        let words = |name: &str| words_from(&value[name]);
        Self {
            version: value["version"].as_u64().unwrap() as u32,
            d: value["d"].as_u64().unwrap() as usize,
            k_max: value["kMax"].as_u64().unwrap() as usize,
            a: words("a"),
            b: words("b"),
            c1: words("c1"),
            c2: words("c2"),
            r: words("r"),
            e1: words("e1"),
            e2: words("e2"),
            m: words("m"),
        }
    }

    pub fn crs(&self) -> CompactPkeCrs {
        let make = if self.version == 1 { CompactPkeCrs::new_legacy_v1 } else { CompactPkeCrs::new };
        make(
            LweDimension(self.d),
            LweCiphertextCount(self.k_max),
            TUniform::<u64>::new(NOISE_BITS),
            CiphertextModulus::new_native(),
            PLAINTEXT_MODULUS,
            ZkMSBZeroPaddingBitCount(1),
            &mut StdRng::seed_from_u64(CRS_SEED),
        )
        .unwrap()
    }

    pub fn key(&self) -> LweCompactPublicKey<Vec<u64>> {
        LweCompactPublicKey::from_container([&self.a[..], &self.b].concat(), CiphertextModulus::new_native())
    }

    pub fn list(&self) -> LweCompactCiphertextList<Vec<u64>> {
        LweCompactCiphertextList::from_container(
            [&self.c1[..], &self.c2].concat(),
            LweSize(self.d + 1),
            LweCiphertextCount(self.c2.len()),
            CiphertextModulus::new_native(),
        )
    }
}
