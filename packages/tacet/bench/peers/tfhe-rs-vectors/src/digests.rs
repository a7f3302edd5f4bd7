//! Writes digests of what is too large for a vector and the same bytes whenever it is made: `digests <file>`.

use serde::Serialize;
use sha3::{Digest, Sha3_256};
use tfhe::core_crypto::prelude::NormalizedHammingWeightBound;
use tfhe::named::Named;
use tfhe::safe_serialization::safe_serialize;
use tfhe::shortint::parameters::v1_8::meta::cpu::V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_SMALL_ZKV2_TUNIFORM_2M128;
use tfhe::shortint::parameters::ReRandomizationParameters;
use tfhe::xof_key_set::CompressedXofKeySet;
use tfhe::*;
use tfhe_rs_vectors::parameters::*;

/// Key sets of one seed.
#[derive(Serialize)]
struct Digests {
    configuration: &'static str,
    /// SHA3-256, in hexadecimal.
    client_key: String,
    compressed_key_set: String,
}

fn digest<T: Serialize + Versionize + Named>(object: &T) -> String {
    let mut bytes = Vec::new();
    safe_serialize(object, &mut bytes, 1 << 40).unwrap();
    Sha3_256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digests(configuration: &'static str, (key, set): (ClientKey, CompressedXofKeySet)) -> Digests {
    Digests { configuration, client_key: digest(&key), compressed_key_set: digest(&set) }
}

fn main() {
    let path = std::env::args().nth(1).expect("usage: digests <file>");
    let tight = NormalizedHammingWeightBound::new(0.51).unwrap();
    let usual = NormalizedHammingWeightBound::new(0.8).unwrap();

    let everything = ConfigBuilder::with_custom_parameters(toy(4, 256))
        .use_dedicated_compact_public_key_parameters(larger_compact())
        .enable_compression(lists())
        .enable_noise_squashing(noise_squashing())
        .enable_noise_squashing_compression(larger_noise_squashing_compression())
        .enable_ciphertext_re_randomization(ReRandomizationParameters::DerivedCPKWithoutKeySwitch)
        .enable_transciphering(transciphering(3))
        .build();
    let toy_set =
        CompressedXofKeySet::generate(everything, (0..16).collect(), 128, usual, Tag::from("xof")).unwrap();

    let (encryption, mut casting) = larger_compact();
    casting.ks_base_log.0 = 5;
    casting.ks_level.0 = 3;
    let others = ConfigBuilder::with_custom_parameters(toy(4, 256))
        .use_dedicated_compact_public_key_parameters((encryption, casting))
        .enable_ciphertext_re_randomization(larger_compact().1)
        .use_dedicated_oprf_key(false)
        .build();
    let seed = XofSeed::new((0..45).collect(), *b"not used");
    let other_set =
        CompressedXofKeySet::generate_with_separators(others, seed, *b"by many.", 257, tight, Tag::default())
            .unwrap();

    let meta = V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_SMALL_ZKV2_TUNIFORM_2M128;
    let meta_set =
        CompressedXofKeySet::generate(meta.into(), vec![9; 32], 128, usual, Tag::default()).unwrap();

    let all = [digests("everything", toy_set), digests("others", other_set), digests("meta", meta_set)];
    std::fs::write(path, serde_json::to_string_pretty(&all).unwrap() + "\n").unwrap();
}
