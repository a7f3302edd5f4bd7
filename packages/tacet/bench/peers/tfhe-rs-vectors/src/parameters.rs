//! Insecure parameters in the smallest dimensions that still compute correctly. They hide nothing.

use tfhe::shortint::parameters::list_compression::ClassicCompressionParameters;
use tfhe::shortint::parameters::*;

/// Noise bound of the big key and of compact public keys.
const GLWE_NOISE: u32 = 17;

/// `INSECURE_TOY_MESSAGE_2_CARRY_2` with any LWE dimension (there 16) and polynomial size (there 256).
pub fn toy(lwe_dimension: usize, polynomial_size: usize) -> ClassicPBSParameters {
    ClassicPBSParameters {
        lwe_dimension: LweDimension(lwe_dimension),
        glwe_dimension: GlweDimension(1),
        polynomial_size: PolynomialSize(polynomial_size),
        lwe_noise_distribution: DynamicDistribution::new_t_uniform(30),
        glwe_noise_distribution: DynamicDistribution::new_t_uniform(GLWE_NOISE),
        pbs_base_log: DecompositionBaseLog(23),
        pbs_level: DecompositionLevelCount(1),
        ks_base_log: DecompositionBaseLog(4),
        ks_level: DecompositionLevelCount(4),
        message_modulus: MessageModulus(4),
        carry_modulus: CarryModulus(4),
        max_noise_level: MaxNoiseLevel::new(5),
        log2_p_fail: -128.0,
        ciphertext_modulus: CiphertextModulus::new_native(),
        encryption_key_choice: EncryptionKeyChoice::Big,
        modulus_switch_noise_reduction_params: ModulusSwitchType::CenteredMeanNoiseReduction,
    }
}

/// A compact public key of its own dimension, with the key switch to the big or the small key.
pub fn compact(
    destination_key: EncryptionKeyChoice,
) -> (CompactPublicKeyEncryptionParameters, ShortintKeySwitchingParameters) {
    let (base, level) = match destination_key {
        EncryptionKeyChoice::Big => (27, 1),
        EncryptionKeyChoice::Small => (4, 4),
    };
    (
        CompactPublicKeyEncryptionParameters::try_new(
            LweDimension(32),
            DynamicDistribution::new_t_uniform(GLWE_NOISE),
            MessageModulus(4),
            CarryModulus(4),
            CiphertextModulus::new_native(),
            CompactCiphertextListExpansionKind::RequiresCasting,
            SupportedCompactPkeZkScheme::V2,
        )
        .unwrap(),
        ShortintKeySwitchingParameters::new(
            DecompositionBaseLog(base),
            DecompositionLevelCount(level),
            destination_key,
        ),
    )
}

/// The same of a dimension that kernels have polynomials for, with the key switch to the big key.
pub fn larger_compact() -> (CompactPublicKeyEncryptionParameters, ShortintKeySwitchingParameters) {
    let (encryption, casting) = compact(EncryptionKeyChoice::Big);
    let encryption = CompactPublicKeyEncryptionParameters {
        encryption_lwe_dimension: LweDimension(256),
        ..encryption
    };
    (encryption, casting)
}

/// Packs up to 8 blocks into one GLWE ciphertext.
pub fn compression() -> CompressionParameters {
    CompressionParameters::Classic(ClassicCompressionParameters {
        br_level: DecompositionLevelCount(1),
        br_base_log: DecompositionBaseLog(23),
        packing_ks_level: DecompositionLevelCount(1),
        packing_ks_base_log: DecompositionBaseLog(14),
        packing_ks_polynomial_size: PolynomialSize(8),
        packing_ks_glwe_dimension: GlweDimension(1),
        lwe_per_glwe: LweCiphertextCount(8),
        storage_log_modulus: CiphertextModulusLog(12),
        packing_ks_key_noise_distribution: DynamicDistribution::new_t_uniform(20),
    })
}

/// Packs up to 20 blocks into one GLWE ciphertext of as many coefficients as kernels have.
pub fn lists() -> CompressionParameters {
    CompressionParameters::Classic(ClassicCompressionParameters {
        br_level: DecompositionLevelCount(1),
        br_base_log: DecompositionBaseLog(23),
        packing_ks_level: DecompositionLevelCount(2),
        packing_ks_base_log: DecompositionBaseLog(6),
        packing_ks_polynomial_size: PolynomialSize(256),
        packing_ks_glwe_dimension: GlweDimension(1),
        lwe_per_glwe: LweCiphertextCount(20),
        storage_log_modulus: CiphertextModulusLog(9),
        packing_ks_key_noise_distribution: DynamicDistribution::new_t_uniform(20),
    })
}

pub fn noise_squashing() -> NoiseSquashingParameters {
    NoiseSquashingParameters::Classic(NoiseSquashingClassicParameters {
        glwe_dimension: GlweDimension(1),
        polynomial_size: PolynomialSize(256),
        glwe_noise_distribution: DynamicDistribution::new_t_uniform(30),
        decomp_base_log: DecompositionBaseLog(24),
        decomp_level_count: DecompositionLevelCount(1),
        modulus_switch_noise_reduction_params: ModulusSwitchType::CenteredMeanNoiseReduction,
        message_modulus: MessageModulus(4),
        carry_modulus: CarryModulus(4),
        ciphertext_modulus: CoreCiphertextModulus::<u128>::new_native(),
    })
}

/// A key of transciphering of its own dimension.
pub fn transciphering(lwe_dimension: usize) -> TranscipheringParameters {
    TranscipheringParameters::DedicatedOprf(OprfParameters { lwe_dimension: LweDimension(lwe_dimension) })
}

pub fn noise_squashing_compression() -> NoiseSquashingCompressionParameters {
    NoiseSquashingCompressionParameters {
        packing_ks_level: DecompositionLevelCount(1),
        packing_ks_base_log: DecompositionBaseLog(24),
        packing_ks_polynomial_size: PolynomialSize(8),
        packing_ks_glwe_dimension: GlweDimension(1),
        lwe_per_glwe: LweCiphertextCount(8),
        packing_ks_key_noise_distribution: DynamicDistribution::new_t_uniform(3),
        ciphertext_modulus: CoreCiphertextModulus::<u128>::new_native(),
        message_modulus: MessageModulus(4),
        carry_modulus: CarryModulus(4),
    }
}

/// The same with as many coefficients as kernels have.
pub fn larger_noise_squashing_compression() -> NoiseSquashingCompressionParameters {
    NoiseSquashingCompressionParameters {
        packing_ks_polynomial_size: PolynomialSize(256),
        ..noise_squashing_compression()
    }
}
