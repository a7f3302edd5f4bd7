//! Writes vectors with whatever version of TFHE-rs it is compiled against: `tfhe-rs-older-vectors <folder> <version>`.

#[path = "../../src/manifest.rs"]
#[allow(dead_code)]
mod manifest;

use manifest::{Entry, Folder, Value};
use std::path::Path;
use tfhe::named::Named;
use tfhe::prelude::*;
#[cfg(feature = "compression-kinds")]
use tfhe::shortint::parameters::list_compression::ClassicCompressionParameters;
#[cfg(not(feature = "compression-kinds"))]
use tfhe::shortint::parameters::list_compression::CompressionParameters as ClassicCompressionParameters;
use tfhe::shortint::parameters::*;
use tfhe::*;

#[cfg(feature = "modulus-switch-type")]
type ModulusSwitch = ModulusSwitchType;
#[cfg(not(feature = "modulus-switch-type"))]
type ModulusSwitch = Option<ModulusSwitchNoiseReductionParams>;

const DRIFT: ModulusSwitchNoiseReductionParams = ModulusSwitchNoiseReductionParams {
    modulus_switch_zeros_count: LweCiphertextCount(8),
    ms_bound: NoiseEstimationMeasureBound(288230376151711744.0),
    ms_r_sigma_factor: RSigmaFactor(13.0),
    ms_input_variance: Variance(2.63e-7),
};

/// What the version does against the noise of the modulus switch.
#[cfg(feature = "modulus-switch-type")]
const MODULUS_SWITCHES: [(&str, ModulusSwitch); 3] = [
    ("centred", ModulusSwitchType::CenteredMeanNoiseReduction),
    ("drift", ModulusSwitchType::DriftTechniqueNoiseReduction(DRIFT)),
    ("standard", ModulusSwitchType::Standard),
];
#[cfg(not(feature = "modulus-switch-type"))]
const MODULUS_SWITCHES: [(&str, ModulusSwitch); 2] = [("drift", Some(DRIFT)), ("standard", None)];

fn config(modulus_switch: ModulusSwitch) -> Config {
    builder(modulus_switch).build()
}

fn builder(modulus_switch_noise_reduction_params: ModulusSwitch) -> ConfigBuilder {
    let builder = ConfigBuilder::with_custom_parameters(ClassicPBSParameters {
        lwe_dimension: LweDimension(4),
        glwe_dimension: GlweDimension(1),
        polynomial_size: PolynomialSize(256),
        lwe_noise_distribution: DynamicDistribution::new_t_uniform(30),
        glwe_noise_distribution: DynamicDistribution::new_t_uniform(17),
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
        modulus_switch_noise_reduction_params,
    });
    #[cfg(feature = "oprf-key")]
    let builder = builder.use_dedicated_oprf_key(false);
    builder
}

/// Packs up to 8 blocks into one GLWE ciphertext.
const COMPRESSION: ClassicCompressionParameters = ClassicCompressionParameters {
    br_level: DecompositionLevelCount(1),
    br_base_log: DecompositionBaseLog(23),
    packing_ks_level: DecompositionLevelCount(1),
    packing_ks_base_log: DecompositionBaseLog(14),
    packing_ks_polynomial_size: PolynomialSize(8),
    packing_ks_glwe_dimension: GlweDimension(1),
    lwe_per_glwe: LweCiphertextCount(8),
    storage_log_modulus: CiphertextModulusLog(12),
    packing_ks_key_noise_distribution: DynamicDistribution::new_t_uniform(20),
};

fn config_with_lists() -> Config {
    let compression = COMPRESSION;
    #[cfg(feature = "compression-kinds")]
    let compression = CompressionParameters::Classic(compression);
    let (_, modulus_switch) = MODULUS_SWITCHES[0];
    builder(modulus_switch).enable_compression(compression).build()
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("usage: tfhe-rs-older-vectors <folder> <version>");
    let version = arguments.next().expect("usage: tfhe-rs-older-vectors <folder> <version>");
    let mut folder = Folder::new(Path::new(&path), &format!("tfhe-rs {version}"));
    for (seed, (name, modulus_switch)) in (1u128..).zip(MODULUS_SWITCHES) {
        let mut key = ClientKey::generate_with_seed(config(modulus_switch), Seed(seed));
        key.tag_mut().set_data(version.as_bytes());
        let mut out = Configuration { folder: &mut folder, name, tag: version.clone() };
        out.write("client-key", "ClientKey", &key, |entry| entry.seed = Some(seed.to_string()));
        write_all(&mut out, &key);
    }
    let seed = 23;
    let mut key = ClientKey::generate_with_seed(config_with_lists(), Seed(seed));
    key.tag_mut().set_data(version.as_bytes());
    let mut out = Configuration { folder: &mut folder, name: "lists", tag: version.clone() };
    out.write("client-key", "ClientKey", &key, |entry| entry.seed = Some(seed.to_string()));
    write_lists(&mut out, &key);
    let seed = 24;
    let mut key = ClientKey::generate_with_seed(config_with_lists(), Seed(seed));
    key.tag_mut().set_data(version.as_bytes());
    let mut out = Configuration { folder: &mut folder, name: "text", tag: version.clone() };
    out.write("client-key", "ClientKey", &key, |entry| entry.seed = Some(seed.to_string()));
    write_texts(&mut out, &key);
    folder.finish();
}

struct Configuration<'a> {
    folder: &'a mut Folder,
    name: &'static str,
    tag: String,
}

impl Configuration<'_> {
    fn write<T>(&mut self, file: &str, kind: &str, object: &T, details: impl FnOnce(&mut Entry))
    where
        T: serde::Serialize + Versionize + Named,
    {
        let mut entry = Entry {
            file: format!("{}/{file}.bin", self.name),
            kind: kind.into(),
            configuration: self.name.into(),
            tag: Some(self.tag.clone()),
            conformant: true,
            ..Entry::default()
        };
        details(&mut entry);
        self.folder.write(entry, object);
    }

    fn value<T>(&mut self, file: &str, kind: &str, object: &T, value: impl ToString, note: &str)
    where
        T: serde::Serialize + Versionize + Named,
    {
        self.write(file, kind, object, |entry| {
            entry.value = Some(value.to_string());
            entry.note = Some(note.into());
        });
    }

    /// Conformance of 1.7 refuses these, because it compares their dimension with that of the big key.
    fn switched<T>(&mut self, file: &str, kind: &str, object: &T, value: impl ToString)
    where
        T: serde::Serialize + Versionize + Named,
    {
        self.write(file, kind, object, |entry| {
            entry.value = Some(value.to_string());
            entry.conformant = false;
            entry.note = Some("modulus-switched, compressed with the server key".into());
        });
    }

    fn compressed_list(&mut self, file: &str, list: &CompressedCiphertextList, values: &[(&str, &str)], note: &str) {
        self.write(file, "CompressedCiphertextList", list, |entry| {
            entry.note = Some(note.into());
            entry.values = Some(clear(values));
        });
    }

    #[cfg(feature = "stores")]
    fn store<T>(&mut self, file: &str, keys: &str, values: &str, store: &T, pairs: &[(&str, &str)])
    where
        T: serde::Serialize + Versionize + Named,
    {
        let kind = format!("CompressedKVStore<{keys}, {values}>");
        self.write(file, &kind, store, |entry| {
            entry.tag = None;
            entry.keys = Some(pairs.iter().map(|(key, _)| key.to_string()).collect());
            entry.values = Some(clear(&pairs.iter().map(|(_, value)| (values, *value)).collect::<Vec<_>>()));
        });
    }

    fn list(&mut self, file: &str, list: &CompactCiphertextList, values: &[(&str, &str)], note: &str) {
        self.write(file, "CompactCiphertextList", list, |entry| {
            entry.note = Some(note.into());
            entry.values = Some(clear(values));
        });
    }
}

fn write_all(out: &mut Configuration, key: &ClientKey) {
    let compressed = CompressedServerKey::new(key);
    out.write("compressed-server-key", "CompressedServerKey", &compressed, |_| {});
    let server_key = compressed.decompress();
    if out.name == "centred" || cfg!(not(feature = "modulus-switch-type")) && out.name == "drift" {
        let from = format!("{}/compressed-server-key.bin", out.name);
        out.write("server-key", "ServerKey", &server_key, |entry| entry.from = Some(from));
    }
    set_server_key(server_key);

    let fresh = "encrypted with the client key";
    let a = FheUint8::encrypt(171u8, key);
    let b = FheInt8::encrypt(-100i8, key);
    let sum = &a + 100u8;
    let less = b.lt(0i8);
    out.value("uint8-fresh", "FheUint8", &a, 171, fresh);
    out.value("int8-fresh", "FheInt8", &b, -100, fresh);
    out.value("bool-fresh", "FheBool", &FheBool::encrypt(false, key), false, fresh);
    out.value("uint8-sum", "FheUint8", &sum, 15, "171 + 100");
    out.value("bool-less", "FheBool", &less, true, "-100 < 0");

    let seeded = "seeded, encrypted with the client key";
    out.value(
        "compressed-uint8-seeded",
        "CompressedFheUint8",
        &CompressedFheUint8::encrypt(171u8, key),
        171,
        seeded,
    );
    out.value(
        "compressed-int8-seeded",
        "CompressedFheInt8",
        &CompressedFheInt8::encrypt(-100i8, key),
        -100,
        seeded,
    );
    out.value(
        "compressed-bool-seeded",
        "CompressedFheBool",
        &CompressedFheBool::encrypt(true, key),
        true,
        seeded,
    );

    out.switched("compressed-uint8-switched", "CompressedFheUint8", &sum.compress(), 15);
    out.switched("compressed-int8-switched", "CompressedFheInt8", &b.compress(), -100);
    out.switched("compressed-bool-switched", "CompressedFheBool", &less.compress(), true);

    let compressed = CompressedCompactPublicKey::new(key);
    out.write("compressed-compact-public-key", "CompressedCompactPublicKey", &compressed, |_| {});
    let public_key = compressed.decompress();
    let from = format!("{}/compressed-compact-public-key.bin", out.name);
    out.write("compact-public-key", "CompactPublicKey", &public_key, |entry| entry.from = Some(from));
    let mut builder = CompactCiphertextList::builder(&public_key);
    builder.push(true).push(201u8).push(-12345i16);
    let values = [("FheBool", "true"), ("FheUint8", "201"), ("FheInt16", "-12345")];
    out.list("compact-list-plain", &builder.build(), &values, "not packed");
    out.list("compact-list-packed", &builder.build_packed(), &values, "packed");
}

fn clear(values: &[(&str, &str)]) -> Vec<Value> {
    values.iter().map(|(kind, value)| Value { kind: kind.to_string(), value: value.to_string() }).collect()
}

fn write_lists(out: &mut Configuration, key: &ClientKey) {
    let compressed = CompressedServerKey::new(key);
    out.write("compressed-server-key", "CompressedServerKey", &compressed, |_| {});
    let server_key = compressed.decompress();
    let from = format!("{}/compressed-server-key.bin", out.name);
    out.write("server-key", "ServerKey", &server_key, |entry| entry.from = Some(from));
    set_server_key(server_key);

    let unsigned = FheUint8::encrypt(171u8, key);
    let signed = FheInt16::encrypt(-12345i16, key);
    let list = CompressedCiphertextListBuilder::new()
        .push(unsigned.clone())
        .push(signed.clone())
        .push(FheBool::encrypt(true, key))
        .push(FheUint64::encrypt(0x0123_4567_89ab_cdefu64, key))
        .build()
        .unwrap();
    let values =
        [("FheUint8", "171"), ("FheInt16", "-12345"), ("FheBool", "true"), ("FheUint64", "81985529216486895")];
    out.compressed_list("compressed-list-fresh", &list, &values, "as they were encrypted");

    let list = CompressedCiphertextListBuilder::new()
        .push(&unsigned + 100u8)
        .push(unsigned.lt(3u8))
        .push(-&signed)
        .build()
        .unwrap();
    let values = [("FheUint8", "15"), ("FheBool", "false"), ("FheInt16", "12345")];
    out.compressed_list("compressed-list-computed", &list, &values, "171 + 100, 171 < 3, 12345");

    #[cfg(feature = "stores")]
    {
        let mut store = KVStore::new();
        for (k, v) in [(3u8, 1u32), (200, 0xffff_fffe), (7, 42)] {
            let _ = store.insert_with_clear_key(k, FheUint32::encrypt(v, key));
        }
        let pairs = [("3", "1"), ("7", "42"), ("200", "4294967294")];
        out.store("store-u8-uint32", "u8", "FheUint32", &store.compress().unwrap(), &pairs);
    }
}

fn write_texts(out: &mut Configuration, key: &ClientKey) {
    set_server_key(CompressedServerKey::new(key).decompress());

    let fresh = "encrypted with the client key";
    let plain = FheAsciiString::try_encrypt("Hi!", key).unwrap();
    let padded = FheAsciiString::try_encrypt_with_padding("a", 2, key).unwrap();
    let empty = FheAsciiString::try_encrypt("", key).unwrap();
    let hidden = FheAsciiString::try_encrypt_with_padding("", 1, key).unwrap();
    out.value("text-plain", "FheAsciiString", &plain, "Hi!", fresh);
    out.value("text-padded", "FheAsciiString", &padded, "a", "with 2 zeros");
    out.value("text-empty", "FheAsciiString", &empty, "", fresh);
    out.value("text-hidden", "FheAsciiString", &hidden, "", "a zero");
    out.value("text-upper", "FheAsciiString", &plain.to_uppercase(), "HI!", "in upper case");

    let public_key = CompactPublicKey::new(key);
    let text = |text: &str| ClearString::new(text.into());
    let mut builder = CompactCiphertextList::builder(&public_key);
    builder
        .push_string(&text("first"))
        .push(7u8)
        .push_string(&text(""))
        .push_string_with_padding(&text("third"), 2)
        .push_string_with_fixed_size(&text("fourth"), 9);
    let values = [
        ("FheAsciiString", "first"),
        ("FheUint8", "7"),
        #[cfg(feature = "empty-texts")]
        ("FheAsciiString", ""),
        ("FheAsciiString", "third"),
        ("FheAsciiString", "fourth"),
    ];
    out.list("compact-list-text", &builder.build_packed(), &values, "packed, with texts");
    out.list("compact-list-text-plain", &builder.build(), &values, "not packed, with texts");

    let list = CompressedCiphertextListBuilder::new()
        .push(plain)
        .push(FheUint8::encrypt(9u8, key))
        .push(padded)
        .push(empty)
        .build()
        .unwrap();
    let values =
        [("FheAsciiString", "Hi!"), ("FheUint8", "9"), ("FheAsciiString", "a"), ("FheAsciiString", "")];
    out.compressed_list("compressed-list-text", &list, &values, "with texts");
}
