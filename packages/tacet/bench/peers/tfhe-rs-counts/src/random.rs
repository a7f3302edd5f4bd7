//! Writes what TFHE-rs draws at random from seeds, with the keys: `random <folder>`.

use serde_json::{json, Value};
use std::num::NonZeroU64;
use std::path::Path;
use tfhe::named::Named;
use tfhe::prelude::*;
use tfhe::safe_serialization::safe_serialize;
use tfhe::*;
use tfhe_rs_vectors::parameters::toy;

/// A seed in each of the two forms that TFHE-rs takes.
#[derive(Clone)]
enum AnySeed {
    Number(u128),
    Bytes(Vec<u8>),
}

impl AnySeed {
    fn all() -> Vec<Self> {
        vec![
            Self::Number(0),
            Self::Number(1),
            Self::Number(0x0123_4567_89ab_cdef_0f1e_2d3c_4b5a_6978),
            Self::Number(u128::MAX),
            Self::Bytes(Vec::new()),
            Self::Bytes(b"tacet".to_vec()),
            Self::Bytes((0..32).collect()),
            Self::Bytes((0..200).collect()),
        ]
    }

    fn json(&self) -> (&'static str, Value) {
        match self {
            Self::Number(number) => ("seed", json!(number.to_string())),
            Self::Bytes(bytes) => {
                ("seedBytes", json!(bytes.iter().map(|it| format!("{it:02x}")).collect::<String>()))
            }
        }
    }
}

impl OprfSeed for AnySeed {
    type Bytes = Vec<u8>;

    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Number(number) => Seed(number).into_bytes().to_vec(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

struct Writer {
    key: ClientKey,
    entries: Vec<Value>,
}

impl Writer {
    fn push(&mut self, operation: &str, kind: &str, seed: &AnySeed, result: Value, extra: Value) {
        let mut entry = json!({ "operation": operation, "type": kind });
        let object = entry.as_object_mut().unwrap();
        let (name, value) = seed.json();
        object.insert(name.into(), value);
        object.extend(extra.as_object().unwrap().clone());
        object.insert("result".into(), result);
        self.entries.push(entry);
    }
}

/// Values of the full range, and of so many bits.
macro_rules! draw {
    ($writer:ident, $seed:ident, $(($fhe:ident, $clear:ty, $bits:expr))*) => {$(
        let decrypt = |it: $fhe| { let it: $clear = it.decrypt(&$writer.key); json!(it.to_string()) };
        let kind = stringify!($fhe);
        let full = decrypt($fhe::generate_oblivious_pseudo_random($seed.clone()));
        let bounded: Vec<(u64, Value)> = $bits
            .into_iter()
            .map(|bits| (bits, decrypt($fhe::generate_oblivious_pseudo_random_bounded($seed.clone(), bits))))
            .collect();
        $writer.push("random", kind, $seed, full, json!({}));
        for (bits, result) in bounded {
            $writer.push("randomBounded", kind, $seed, result, json!({ "bits": bits }));
        }
    )*};
}

/// Values below bounds that are no powers of two, and some that are.
macro_rules! draw_below {
    ($writer:ident, $seed:ident, $(($fhe:ident, $bounds:expr))*) => {$(
        for bound in $bounds {
            for distance in [None, Some(0.5), Some(0.001)] {
                let range = RangeForRandom::new_from_excluded_upper_bound(NonZeroU64::new(bound).unwrap());
                let random = $fhe::generate_oblivious_pseudo_random_custom_range($seed.clone(), &range, distance);
                let random: u64 = random.decrypt(&$writer.key);
                assert!(random < bound);
                let extra = match distance {
                    None => json!({ "bound": bound.to_string() }),
                    Some(distance) => json!({ "bound": bound.to_string(), "maxDistance": distance }),
                };
                $writer.push("randomRange", stringify!($fhe), $seed, json!(random.to_string()), extra);
            }
        }
    )*};
}

fn draw(writer: &mut Writer, seed: &AnySeed) {
    let bit: bool = FheBool::generate_oblivious_pseudo_random(seed.clone()).decrypt(&writer.key);
    writer.push("random", "FheBool", seed, json!(bit.to_string()), json!({}));
    draw! { writer, seed,
        (FheUint2, u8, [1])
        (FheUint8, u8, [1, 2, 3, 5, 8])
        (FheInt8, i8, [1, 6, 7])
        (FheInt16, i16, [1, 7, 10, 15])
        (FheUint64, u64, [1, 10, 33, 64])
        (FheUint128, u128, [65])
    }
    draw_below! { writer, seed,
        (FheUint8, [3, 10, 64, 100, 255])
        (FheUint64, [3, 10, 100, 1 << 40, 1 << 40 | 1])
    }
}

fn shuffle(writer: &mut Writer, seed: &AnySeed) {
    for length in [1, 2, 5, 8, 13u8] {
        let clear: Vec<u8> = (0..length).map(|it| it * 19 + 1).collect();
        let encrypted: Vec<FheUint8> = clear.iter().map(|it| FheUint8::encrypt(*it, &writer.key)).collect();
        for bits in [16, 5] {
            let size = BitonicShuffleKeySize::num_bits(bits);
            let shuffled = bitonic_shuffle(encrypted.clone(), size, seed.clone()).unwrap();
            let shuffled: Vec<u8> = shuffled.iter().map(|it| it.decrypt(&writer.key)).collect();
            let text = |values: &[u8]| json!(values.iter().map(u8::to_string).collect::<Vec<_>>());
            let extra = json!({ "array": text(&clear), "keyBits": bits });
            writer.push("bitonicShuffle", "FheUint8", seed, text(&shuffled), extra);
        }
    }
}

fn save<T: serde::Serialize + Versionize + Named>(folder: &Path, file: &str, object: &T) {
    let path = folder.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut bytes = Vec::new();
    safe_serialize(object, &mut bytes, 1 << 30).unwrap();
    eprintln!("{:>8} {file}", bytes.len());
    std::fs::write(path, bytes).unwrap();
}

fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    let folder = Path::new(&folder);
    for (name, dedicated) in [("shared", false), ("dedicated", true)] {
        let config =
            ConfigBuilder::with_custom_parameters(toy(8, 256)).use_dedicated_oprf_key(dedicated).build();
        let key = ClientKey::generate_with_seed(config, Seed(7));
        let compressed = CompressedServerKey::new(&key);
        let files = [format!("{name}/client-key.bin"), format!("{name}/compressed-server-key.bin")];
        save(folder, &files[0], &key);
        save(folder, &files[1], &compressed);
        let server_key = compressed.decompress();
        rayon::broadcast(|_| set_server_key(server_key.clone()));
        set_server_key(server_key);

        let mut writer = Writer { key, entries: Vec::new() };
        for seed in AnySeed::all() {
            draw(&mut writer, &seed);
            shuffle(&mut writer, &seed);
        }
        let lines: Vec<String> = writer.entries.iter().map(Value::to_string).collect();
        std::fs::write(folder.join(format!("{name}/random.json")), format!("[\n{}\n]\n", lines.join(",\n")))
            .unwrap();
    }
}
