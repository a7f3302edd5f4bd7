//! Writes the vectors: `write <folder>`.

use std::path::Path;
use tfhe::core_crypto::prelude::NormalizedHammingWeightBound;
use tfhe::integer::bigint::{I2048, U2048};
use tfhe::named::Named;
use tfhe::prelude::*;
use tfhe::shortint::parameters::{EncryptionKeyChoice, ReRandomizationParameters, TranscipheringParameters};
use tfhe::integer::ciphertext::ReRandomizationSeedHasher;
use tfhe::xof_key_set::CompressedXofKeySet;
use tfhe::*;
use tfhe_rs_vectors::manifest::{Entry, Folder, Value};
use tfhe_rs_vectors::parameters::*;
use tfhe_rs_vectors::types::from_unsigned;

/// One folder: one client key and what belongs to it.
struct Configuration<'a> {
    folder: &'a mut Folder,
    name: &'static str,
    key: ClientKey,
}

impl<'a> Configuration<'a> {
    fn new(folder: &'a mut Folder, name: &'static str, config: Config, seed: u128, tag: &str) -> Self {
        let mut key = ClientKey::generate_with_seed(config, Seed(seed));
        key.tag_mut().set_data(tag.as_bytes());
        let mut it = Self { folder, name, key: key.clone() };
        it.write("client-key", "ClientKey", &key, |entry| entry.seed = Some(seed.to_string()));
        it
    }

    fn write<T>(&mut self, file: &str, kind: &str, object: &T, details: impl FnOnce(&mut Entry))
    where
        T: serde::Serialize + Versionize + Named + Tagged,
    {
        let tag = String::from_utf8(object.tag().data().to_vec()).unwrap();
        self.write_untagged(file, kind, object, |entry| {
            entry.tag = (!tag.is_empty()).then_some(tag);
            details(entry);
        });
    }

    fn write_untagged<T>(&mut self, file: &str, kind: &str, object: &T, details: impl FnOnce(&mut Entry))
    where
        T: serde::Serialize + Versionize + Named,
    {
        let mut entry = Entry {
            file: self.path(file),
            kind: kind.into(),
            configuration: self.name.into(),
            conformant: true,
            ..Entry::default()
        };
        details(&mut entry);
        self.folder.write(entry, object);
    }

    fn value<T>(&mut self, file: &str, kind: &str, object: &T, value: impl ToString, note: &str)
    where
        T: serde::Serialize + Versionize + Named + Tagged,
    {
        self.write(file, kind, object, |entry| {
            entry.value = Some(value.to_string());
            entry.note = Some(note.into());
        });
    }

    fn switched<T>(&mut self, file: &str, kind: &str, object: &T, value: impl ToString)
    where
        T: serde::Serialize + Versionize + Named + Tagged,
    {
        let note = "modulus-switched, compressed with the server key";
        self.value(file, kind, object, value, note);
    }

    fn path(&self, file: &str) -> String {
        format!("{}/{file}.bin", self.name)
    }

    /// The compressed server key and, where it is asked for, what it expands to. Sets it for the computations.
    fn server_key(&mut self, expanded: bool) -> CompressedServerKey {
        let compressed = CompressedServerKey::new(&self.key);
        self.write("compressed-server-key", "CompressedServerKey", &compressed, |_| {});
        let server_key = compressed.decompress();
        if expanded {
            let from = self.path("compressed-server-key");
            self.write("server-key", "ServerKey", &server_key, |entry| entry.from = Some(from));
        }
        set_server_key(server_key);
        compressed
    }

    fn compact_public_keys(&mut self) -> CompactPublicKey {
        let compressed = CompressedCompactPublicKey::new(&self.key);
        self.write("compressed-compact-public-key", "CompressedCompactPublicKey", &compressed, |_| {});
        let key = compressed.decompress();
        let from = self.path("compressed-compact-public-key");
        self.write("compact-public-key", "CompactPublicKey", &key, |entry| entry.from = Some(from));
        key
    }

    fn compact_lists(&mut self, key: &CompactPublicKey) {
        let mut builder = CompactCiphertextList::builder(key);
        builder.push(true).push(201u8).push(-12345i16).push(0x0123_4567_89ab_cdefu64);
        builder.push_with_num_bits(2u8, 2).unwrap();
        builder.push(false);
        let values = [
            ("FheBool", "true"),
            ("FheUint8", "201"),
            ("FheInt16", "-12345"),
            ("FheUint64", "81985529216486895"),
            ("FheUint2", "2"),
            ("FheBool", "false"),
        ];
        self.list("compact-list-plain", &builder.build(), &values, "not packed: one block a ciphertext");
        self.list("compact-list-packed", &builder.build_packed(), &values, "packed: two blocks a ciphertext");
        self.list(
            "compact-list-seeded",
            &builder.build_packed_seeded(b"TacetTestVectors").unwrap(),
            &values,
            "packed, its randomness from the seed \"TacetTestVectors\"",
        );

        let mut builder = CompactCiphertextList::builder(key);
        builder.push(7u8);
        self.list("compact-list-single", &builder.build_packed(), &[("FheUint8", "7")], "one value");
        builder.push(true);
        self.list(
            "compact-list-odd",
            &builder.build_packed(),
            &[("FheUint8", "7"), ("FheBool", "true")],
            "an odd number of blocks",
        );
        let list = CompactCiphertextList::builder(key).build_packed();
        self.list("compact-list-empty", &list, &[], "nothing");

        let mut builder = CompactCiphertextList::builder(key);
        builder.push(U2048::MAX).push(I2048::from(-1)).push(3u8);
        let max = from_unsigned(U2048::MAX).to_string();
        let values = [("FheUint2048", max.as_str()), ("FheInt2048", "-1"), ("FheUint8", "3")];
        self.list("compact-list-wide", &builder.build_packed(), &values, "the widest types");
    }

    fn list(&mut self, file: &str, list: &CompactCiphertextList, values: &[(&str, &str)], note: &str) {
        self.write(file, "CompactCiphertextList", list, |entry| {
            entry.note = Some(note.into());
            entry.values = Some(clear(values));
        });
    }

    /// Needs the server key to be set.
    fn compressed_lists(&mut self) {
        let key = self.key.clone();
        let unsigned = FheUint8::encrypt(171u8, &key);
        let signed = FheInt16::encrypt(-12345i16, &key);
        let truth = FheBool::encrypt(true, &key);
        let wide = FheUint64::encrypt(0x0123_4567_89ab_cdefu64, &key);
        let fresh = "encrypted with the client key";
        self.value("uint8-fresh", "FheUint8", &unsigned, 171, fresh);
        self.value("int16-fresh", "FheInt16", &signed, -12345, fresh);
        self.value("bool-fresh", "FheBool", &truth, true, fresh);
        self.value("uint64-fresh", "FheUint64", &wide, 0x0123_4567_89ab_cdefu64, fresh);

        let mut builder = CompressedCiphertextListBuilder::new();
        builder.push(unsigned.clone()).push(signed.clone()).push(truth.clone()).push(wide.clone());
        let list = builder.push(unsigned.clone()).build().unwrap();
        let values = [
            ("FheUint8", "171"),
            ("FheInt16", "-12345"),
            ("FheBool", "true"),
            ("FheUint64", "81985529216486895"),
            ("FheUint8", "171"),
        ];
        let of = ["uint8-fresh", "int16-fresh", "bool-fresh", "uint64-fresh", "uint8-fresh"];
        let of = of.map(|file| self.path(file)).to_vec();
        self.compressed_list("compressed-list-fresh", &list, &values, Some(of), "as they were encrypted");

        let list = CompressedCiphertextListBuilder::new()
            .push(&unsigned + 100u8)
            .push(unsigned.lt(3u8))
            .push(-&signed)
            .push(!&truth)
            .build()
            .unwrap();
        let values = [("FheUint8", "15"), ("FheBool", "false"), ("FheInt16", "12345"), ("FheBool", "false")];
        self.compressed_list("compressed-list-computed", &list, &values, None, "171 + 100, 171 < 3, 12345, not true");

        let list = CompressedCiphertextListBuilder::new()
            .push(FheUint8::encrypt_trivial(171u8))
            .push(FheBool::encrypt_trivial(true))
            .build()
            .unwrap();
        let values = [("FheUint8", "171"), ("FheBool", "true")];
        self.compressed_list("compressed-list-trivial", &list, &values, None, "trivial");

        let list = CompressedCiphertextListBuilder::new().build().unwrap();
        self.compressed_list("compressed-list-empty", &list, &[], None, "nothing");
    }

    /// What becomes of three values that are given together. Needs the server key to be set.
    fn re_randomized(&mut self, public_key: Option<&CompactPublicKey>) {
        let key = self.key.clone();
        let mut a = FheUint8::encrypt(171u8, &key);
        let mut b = FheInt16::encrypt(-12345i16, &key);
        let c = FheBool::encrypt(true, &key);
        a.re_randomization_metadata_mut().set_data(b"what is known of a");
        b.re_randomization_metadata_mut().set_data(b"and of b");
        self.value("uint8-before", "FheUint8", &a, 171, "with metadata");
        self.value("int16-before", "FheInt16", &b, -12345, "with metadata");
        self.value("bool-before", "FheBool", &c, true, "without");
        let random = FheUint8::generate_oblivious_pseudo_random(Seed(77));
        let clear: u8 = random.decrypt(&key);
        self.value("uint8-random-before", "FheUint8", &random, clear, "random, from the seed 77");
        let random = FheInt16::generate_oblivious_pseudo_random_bounded(Seed(78), 5);
        let clear: i16 = random.decrypt(&key);
        self.value("int16-random-before", "FheInt16", &random, clear, "random, of 5 bits, from the seed 78");
        let mode = || public_key.map_or(ReRandomizationMode::UseAvailableMode, Into::into);
        for (name, hash) in
            [("blake3", ReRandomizationHashAlgo::Blake3), ("shake256", ReRandomizationHashAlgo::Shake256)]
        {
            let hasher = ReRandomizationSeedHasher::new(hash, *b"TFHE_Rrd");
            let description = [b"a + b, if c; ".as_slice(), &[7u8; 32]];
            let mut context = ReRandomizationContext::new_with_hasher(description, *b"TFHE_Enc", hasher);
            context.add_ciphertext(&a);
            context.add_ciphertext(&b);
            context.add_ciphertext(&c);
            let mut seeds = context.finalize();
            let (mut a, mut b, mut c) = (a.clone(), b.clone(), c.clone());
            a.re_randomize(mode(), seeds.next_seed().unwrap()).unwrap();
            b.re_randomize(mode(), seeds.next_seed().unwrap()).unwrap();
            c.re_randomize(mode(), seeds.next_seed().unwrap()).unwrap();
            let note = "re-randomised together, for \"a + b, if c; \" and 32 bytes of 7";
            self.value(&format!("uint8-{name}"), "FheUint8", &a, 171, note);
            self.value(&format!("int16-{name}"), "FheInt16", &b, -12345, note);
            self.value(&format!("bool-{name}"), "FheBool", &c, true, note);
            let context = || {
                let hasher = ReRandomizationSeedHasher::new(hash, *b"PRF_RRND");
                PrfReRandomizationContext::new_with_hasher(*b"TFHE_Enc", hasher)
            };
            let random = FheUint8::generate_oblivious_pseudo_random_and_re_randomize(Seed(77), mode(), &context());
            let random = random.unwrap();
            let clear: u8 = random.decrypt(&key);
            self.value(&format!("uint8-random-{name}"), "FheUint8", &random, clear, "random, from the seed 77");
            let random = FheInt16::generate_oblivious_pseudo_random_bounded_and_re_randomize(
                Seed(78),
                5,
                mode(),
                &context(),
            );
            let random = random.unwrap();
            let clear: i16 = random.decrypt(&key);
            let note = "random, of 5 bits, from the seed 78";
            self.value(&format!("int16-random-{name}"), "FheInt16", &random, clear, note);
        }
    }

    /// Needs the server key to be set.
    fn texts(&mut self, public_key: &CompactPublicKey) {
        let key = self.key.clone();
        let fresh = "encrypted with the client key";
        let plain = FheAsciiString::try_encrypt("Hello, TFHE", &key).unwrap();
        let padded = FheAsciiString::try_encrypt_with_padding("abc", 3, &key).unwrap();
        let sized = FheAsciiString::try_encrypt_with_fixed_sized("fixed", 8, &key).unwrap();
        let cut = FheAsciiString::try_encrypt_with_fixed_sized("too long", 3, &key).unwrap();
        let empty = FheAsciiString::try_encrypt("", &key).unwrap();
        let hidden = FheAsciiString::try_encrypt_with_padding("", 2, &key).unwrap();
        let trivial = FheAsciiString::try_encrypt_trivial_with_padding("in the open", 1).unwrap();
        self.value("text-plain", "FheAsciiString", &plain, "Hello, TFHE", fresh);
        self.value("text-padded", "FheAsciiString", &padded, "abc", "with 3 zeros");
        self.value("text-sized", "FheAsciiString", &sized, "fixed", "in 8 characters");
        self.value("text-cut", "FheAsciiString", &cut, "too", "in 3 characters, cut off");
        self.value("text-empty", "FheAsciiString", &empty, "", fresh);
        self.value("text-hidden", "FheAsciiString", &hidden, "", "2 zeros");
        self.value("text-trivial", "FheAsciiString", &trivial, "in the open", "trivial, with a zero");
        self.value("text-upper", "FheAsciiString", &plain.to_uppercase(), "HELLO, TFHE", "in upper case");
        self.value("text-joined", "FheAsciiString", &padded.concat(&sized), "abcfixed", "abc and fixed");

        let text = |text: &str| ClearString::new(text.into());
        let values = [
            ("FheAsciiString", "first"),
            ("FheUint8", "7"),
            ("FheAsciiString", ""),
            ("FheAsciiString", "third"),
            ("FheAsciiString", "fourth"),
        ];
        let mut builder = CompactCiphertextList::builder(public_key);
        builder
            .push_string(&text("first"))
            .push(7u8)
            .push_string(&text(""))
            .push_string_with_padding(&text("third"), 2)
            .push_string_with_fixed_size(&text("fourth"), 9);
        self.list("compact-list-text", &builder.build_packed(), &values, "packed, with texts");
        self.list("compact-list-text-plain", &builder.build(), &values, "not packed, with texts");

        let list = CompressedCiphertextListBuilder::new()
            .push(plain.clone())
            .push(FheUint8::encrypt(9u8, &key))
            .push(padded.clone())
            .push(empty.clone())
            .build()
            .unwrap();
        let values = [
            ("FheAsciiString", "Hello, TFHE"),
            ("FheUint8", "9"),
            ("FheAsciiString", "abc"),
            ("FheAsciiString", ""),
        ];
        self.compressed_list("compressed-list-text", &list, &values, None, "with texts");
    }

    /// Needs the server key to be set.
    fn stores(&mut self) {
        let key = self.key.clone();
        let mut store = KVStore::new();
        for (k, v) in [(3u8, 1u32), (200, 0xffff_fffe), (7, 42)] {
            let _ = store.insert_with_clear_key(k, FheUint32::encrypt(v, &key));
        }
        let pairs = [("3", "1"), ("7", "42"), ("200", "4294967294")];
        self.store("store-u8-uint32", "u8", "FheUint32", &store.compress().unwrap(), &pairs);
        let mut store = KVStore::new();
        for (k, v) in [(i64::MAX, 7i8), (-5i64, -100)] {
            let _ = store.insert_with_clear_key(k, FheInt8::encrypt(v, &key));
        }
        let pairs = [("-5", "-100"), ("9223372036854775807", "7")];
        self.store("store-i64-int8", "i64", "FheInt8", &store.compress().unwrap(), &pairs);
        let mut store = KVStore::new();
        let _ = store.insert_with_clear_key(u128::MAX, FheUint64::encrypt(9u64, &key));
        let pairs = [("340282366920938463463374607431768211455", "9")];
        self.store("store-u128-uint64", "u128", "FheUint64", &store.compress().unwrap(), &pairs);
        let empty = KVStore::<u32, FheUint8>::new();
        self.store("store-empty", "u32", "FheUint8", &empty.compress().unwrap(), &[]);
    }

    fn store<T>(&mut self, file: &str, keys: &str, values: &str, store: &T, pairs: &[(&str, &str)])
    where
        T: serde::Serialize + Versionize + Named,
    {
        let kind = format!("CompressedKVStore<{keys}, {values}>");
        self.write_untagged(file, &kind, store, |entry| {
            entry.keys = Some(pairs.iter().map(|(key, _)| key.to_string()).collect());
            entry.values = Some(clear(&pairs.iter().map(|(_, value)| (values, *value)).collect::<Vec<_>>()));
        });
    }

    fn compressed_list(
        &mut self,
        file: &str,
        list: &CompressedCiphertextList,
        values: &[(&str, &str)],
        of: Option<Vec<String>>,
        note: &str,
    ) {
        self.write(file, "CompressedCiphertextList", list, |entry| {
            entry.note = Some(note.into());
            entry.of = of;
            entry.values = Some(clear(values));
        });
    }

    /// Needs the server key to be set.
    fn compressed_ciphertexts(&mut self) {
        let key = self.key.clone();
        let seeded = "seeded, encrypted with the client key";
        self.value(
            "compressed-uint8-seeded",
            "CompressedFheUint8",
            &CompressedFheUint8::encrypt(171u8, &key),
            171,
            seeded,
        );
        self.value(
            "compressed-int8-seeded",
            "CompressedFheInt8",
            &CompressedFheInt8::encrypt(-100i8, &key),
            -100,
            seeded,
        );
        self.value(
            "compressed-bool-seeded",
            "CompressedFheBool",
            &CompressedFheBool::encrypt(true, &key),
            true,
            seeded,
        );
        self.value(
            "compressed-uint64-seeded",
            "CompressedFheUint64",
            &CompressedFheUint64::encrypt(u64::MAX - 5, &key),
            u64::MAX - 5,
            seeded,
        );

        let uint8 = || FheUint8::encrypt(171u8, &key);
        self.switched("compressed-uint8-switched", "CompressedFheUint8", &uint8().compress(), 171);
        let int8 = FheInt8::encrypt(-100i8, &key).compress();
        self.switched("compressed-int8-switched", "CompressedFheInt8", &int8, -100);
        for value in [false, true] {
            let file = format!("compressed-bool-{value}-switched");
            self.switched(&file, "CompressedFheBool", &FheBool::encrypt(value, &key).compress(), value);
        }
        let uint64 = FheUint64::encrypt(u64::MAX - 5, &key).compress();
        self.switched("compressed-uint64-switched", "CompressedFheUint64", &uint64, u64::MAX - 5);
        let int256 = FheInt256::encrypt(-7i64, &key).compress();
        self.switched("compressed-int256-switched", "CompressedFheInt256", &int256, -7);
        let computed = (uint8() + 100u8).compress();
        self.switched("compressed-uint8-computed-switched", "CompressedFheUint8", &computed, 15);
        let trivial = FheUint8::encrypt_trivial(171u8).compress();
        self.write("compressed-uint8-trivial-switched", "CompressedFheUint8", &trivial, |entry| {
            entry.value = Some("171".into());
            entry.conformant = false;
            entry.note = Some("trivial".into());
        });
    }

    /// Needs the server key to be set.
    fn computed_ciphertexts(&mut self) {
        let key = self.key.clone();
        let (a, b) = (FheUint8::encrypt(171u8, &key), FheUint8::encrypt(92u8, &key));
        self.value("uint8-fresh", "FheUint8", &a, 171, "encrypted with the client key");
        self.value("uint8-sum", "FheUint8", &(&a + &b), 7, "171 + 92");
        self.value("uint8-product", "FheUint8", &(&a * &b), 116, "171 * 92");
        self.write("uint8-shifted", "FheUint8", &(&a << 3u8), |entry| {
            entry.value = Some("88".into());
            entry.conformant = false;
            entry.note = Some(
                "171 << 3: its lowest block is trivial, for which TFHE-rs refuses its own result".into(),
            );
        });
        self.value("uint8-and", "FheUint8", &(&a & &b), 8, "171 & 92");
        self.value("bool-less", "FheBool", &a.lt(&b), false, "171 < 92");
        self.value("bool-not", "FheBool", &!a.lt(&b), true, "not (171 < 92)");
        let (c, d) = (FheInt8::encrypt(-100i8, &key), FheInt8::encrypt(77i8, &key));
        self.value("int8-difference", "FheInt8", &(&c - &d), 79, "-100 - 77");
        self.value("int8-negated", "FheInt8", &-&c, 100, "-(-100)");
        let chosen: FheInt8 = c.lt(&d).select(&c, &d);
        self.value("int8-selected", "FheInt8", &chosen, -100, "the smaller of -100 and 77");
        let (quotient, remainder) = a.clone().div_rem(&b);
        self.value("uint8-quotient", "FheUint8", &quotient, 1, "171 / 92");
        self.value("uint8-remainder", "FheUint8", &remainder, 79, "171 % 92");
        let narrow = FheUint4::cast_from(a.clone());
        self.value("uint4-cast", "FheUint4", &narrow, 11, "171, cast");
        let wide = FheInt16::cast_from(c.clone());
        self.value("int16-cast", "FheInt16", &wide, -100, "-100, cast");
        let extended = FheUint24::encrypt(0x123456u32, &key);
        self.value("uint24-fresh", "FheUint24", &extended, 0x123456, "encrypted with the client key");

        // Blocks that keep their carries: nothing of the high-level API writes them, and conformance refuses them.
        let (radix_a, id, tag, metadata) = a.clone().into_raw_parts();
        let (radix_b, ..) = b.clone().into_raw_parts();
        let server_key = ServerKey::new(&key);
        let integer_key: &integer::ServerKey = server_key.as_ref();
        let unchecked = integer_key.unchecked_add(&radix_a, &radix_b);
        let unchecked = FheUint8::from_raw_parts(unchecked, id, tag, metadata);
        self.write("uint8-with-carries", "FheUint8", &unchecked, |entry| {
            entry.value = Some("7".into());
            entry.conformant = false;
            entry.note = Some("171 + 92 without carry propagation: degree 6, noise level 2".into());
        });
        let refuse = |value: &str| {
            let value = value.to_string();
            move |entry: &mut Entry| {
                entry.value = Some(value);
                entry.conformant = false;
                entry.note = Some("trivial".into());
            }
        };
        self.write("uint8-trivial", "FheUint8", &FheUint8::encrypt_trivial(171u8), refuse("171"));
        self.write("int8-trivial", "FheInt8", &FheInt8::encrypt_trivial(-100i8), refuse("-100"));
        self.write("bool-trivial", "FheBool", &FheBool::encrypt_trivial(true), refuse("true"));
    }
}

fn clear(values: &[(&str, &str)]) -> Vec<Value> {
    values.iter().map(|(kind, value)| Value { kind: kind.to_string(), value: value.to_string() }).collect()
}

fn main() {
    let path = std::env::args().nth(1).expect("usage: write <folder>");
    let mut folder = Folder::new(Path::new(&path), "tfhe-rs 1.8.2");

    // Toy parameters, nothing optional.
    let config = ConfigBuilder::with_custom_parameters(toy(16, 256)).use_dedicated_oprf_key(false).build();
    let mut plain = Configuration::new(&mut folder, "plain", config, u128::MAX / 3, "");
    plain.server_key(true);
    let public_key = plain.compact_public_keys();
    plain.compact_lists(&public_key);
    plain.computed_ciphertexts();
    plain.compressed_ciphertexts();

    // With a dedicated key for oblivious random numbers, which is the default, and tags.
    let config = ConfigBuilder::with_custom_parameters(toy(4, 256)).build();
    let mut oprf = Configuration::new(&mut folder, "oprf", config, 5, "tenant 5");
    oprf.server_key(true);
    oprf.compact_public_keys();
    let key = oprf.key.clone();
    let sum = FheUint8::encrypt(1u8, &key) + FheUint8::encrypt(2u8, &key);
    oprf.value("uint8-sum", "FheUint8", &sum, 3, "1 + 2, tagged");
    oprf.value("bool-equal", "FheBool", &sum.eq(3u8), true, "1 + 2 = 3, tagged");
    oprf.switched("compressed-uint8-switched", "CompressedFheUint8", &sum.compress(), 3);
    let mut builder = CompactCiphertextList::builder(&CompactPublicKey::new(&key));
    builder.push(200u8).push(-3i8);
    oprf.list(
        "compact-list-packed",
        &builder.build_packed(),
        &[("FheUint8", "200"), ("FheInt8", "-3")],
        "tagged",
    );

    // Compact public keys of their own dimension, with the key switch to either key.
    for (name, destination) in
        [("compact-to-big", EncryptionKeyChoice::Big), ("compact-to-small", EncryptionKeyChoice::Small)]
    {
        let config = ConfigBuilder::with_custom_parameters(toy(4, 256))
            .use_dedicated_oprf_key(false)
            .use_dedicated_compact_public_key_parameters(compact(destination))
            .build();
        let mut dedicated = Configuration::new(&mut folder, name, config, 7, "");
        dedicated.server_key(destination == EncryptionKeyChoice::Small);
        let public_key = dedicated.compact_public_keys();
        dedicated.compact_lists(&public_key);
    }

    // Everything that a server key can hold.
    let everything = ConfigBuilder::with_custom_parameters(toy(4, 256))
        .use_dedicated_compact_public_key_parameters(compact(EncryptionKeyChoice::Small))
        .enable_compression(compression())
        .enable_noise_squashing(noise_squashing())
        .enable_noise_squashing_compression(noise_squashing_compression())
        .enable_ciphertext_re_randomization(ReRandomizationParameters::DerivedCPKWithoutKeySwitch)
        .enable_transciphering(transciphering(3))
        .build();
    let mut full = Configuration::new(&mut folder, "full", everything, 11, "all of it");
    full.server_key(true);
    full.compact_public_keys();
    let key = full.key.clone();
    let product = FheUint8::encrypt(11u8, &key) * FheUint8::encrypt(12u8, &key);
    full.value("uint8-product", "FheUint8", &product, 132, "11 * 12");
    let legacy = ConfigBuilder::with_custom_parameters(toy(4, 256))
        .use_dedicated_compact_public_key_parameters(compact(EncryptionKeyChoice::Small))
        .enable_ciphertext_re_randomization(compact(EncryptionKeyChoice::Big).1)
        .use_dedicated_oprf_key(false)
        .build();
    let mut legacy = Configuration::new(&mut folder, "re-randomization", legacy, 13, "");
    legacy.server_key(false);

    // Keys of transciphering, of the dimension of the small key and of a smaller one.
    for (name, parameters) in [
        ("transciphering-same", TranscipheringParameters::SameAsCompute),
        ("transciphering-own", transciphering(3)),
    ] {
        let config = ConfigBuilder::with_custom_parameters(toy(4, 256))
            .use_dedicated_oprf_key(false)
            .enable_transciphering(parameters)
            .build();
        let mut cipher = Configuration::new(&mut folder, name, config, 19, "");
        cipher.server_key(true);
        let key = cipher.key.clone();
        let sum = FheUint8::encrypt(5u8, &key) + FheUint8::encrypt(6u8, &key);
        cipher.value("uint8-sum", "FheUint8", &sum, 11, "5 + 6");
    }

    // Results, packed.
    let config = ConfigBuilder::with_custom_parameters(toy(4, 256))
        .use_dedicated_oprf_key(false)
        .enable_compression(lists())
        .build();
    let mut packed = Configuration::new(&mut folder, "lists", config, 23, "lists");
    packed.server_key(false);
    packed.compressed_lists();
    packed.stores();

    // Texts.
    let config = ConfigBuilder::with_custom_parameters(toy(4, 256))
        .use_dedicated_oprf_key(false)
        .enable_compression(compression())
        .build();
    let mut texts = Configuration::new(&mut folder, "text", config, 43, "text");
    texts.server_key(false);
    let public_key = texts.compact_public_keys();
    texts.texts(&public_key);

    // A former key, and the way from it to another.
    let config = ConfigBuilder::with_custom_parameters(toy(4, 256)).use_dedicated_oprf_key(false).build();
    let mut former = Configuration::new(&mut folder, "former", config, 37, "former");
    let former_server_key = former.server_key(false).decompress();
    let former_key = former.key.clone();
    let sum = FheUint8::encrypt(200u8, &former_key) + 55u8;
    former.value("uint8-sum", "FheUint8", &sum, 255, "200 + 55");
    let fresh = FheInt16::encrypt(-12345i16, &former_key);
    former.value("int16-fresh", "FheInt16", &fresh, -12345, "encrypted with the client key");
    let mut latter = Configuration::new(&mut folder, "latter", config, 41, "latter");
    let server_key = latter.server_key(false).decompress();
    let key = KeySwitchingKey::with_parameters(
        (&former_key, &former_server_key),
        (&latter.key, &server_key),
        compact(EncryptionKeyChoice::Small).1,
    );
    latter.write_untagged("key-switching-key", "KeySwitchingKey", &key, |entry| {
        entry.tag = Some("latter".into());
        entry.former = Some("former".into());
    });
    latter.value("uint8-switched", "FheUint8", &key.keyswitch(&sum), 255, "200 + 55 under the former key");

    // Inputs with new randomness.
    let config = ConfigBuilder::with_custom_parameters(toy(4, 256))
        .use_dedicated_oprf_key(false)
        .enable_ciphertext_re_randomization(ReRandomizationParameters::DerivedCPKWithoutKeySwitch)
        .build();
    let mut derived = Configuration::new(&mut folder, "re-randomized", config, 29, "");
    derived.server_key(false);
    derived.re_randomized(None);
    let config = ConfigBuilder::with_custom_parameters(toy(4, 256))
        .use_dedicated_oprf_key(false)
        .use_dedicated_compact_public_key_parameters(larger_compact())
        .enable_ciphertext_re_randomization(larger_compact().1)
        .build();
    let mut legacy = Configuration::new(&mut folder, "re-randomized-by-others", config, 31, "");
    legacy.server_key(false);
    let public_key = legacy.compact_public_keys();
    legacy.re_randomized(Some(&public_key));

    // Keys whose masks come from one extendable-output seed.
    let config = ConfigBuilder::with_custom_parameters(toy(4, 256))
        .use_dedicated_compact_public_key_parameters(compact(EncryptionKeyChoice::Small))
        .build();
    let (key, compressed_set) = CompressedXofKeySet::generate(
        config,
        (0..16).collect(),
        128,
        NormalizedHammingWeightBound::new(0.9).unwrap(),
        Tag::from("xof"),
    )
    .unwrap();
    let mut xof = Configuration { folder: &mut folder, name: "xof", key: key.clone() };
    xof.write("client-key", "ClientKey", &key, |_| {});
    xof.write("compressed-xof-key-set", "CompressedXofKeySet", &compressed_set, |_| {});
    let set = compressed_set.decompress();
    let from = Some(xof.path("compressed-xof-key-set"));
    xof.write("xof-key-set", "XofKeySet", &set, |entry| entry.from = from);
    let (public_key, server_key) = set.into_raw_parts();
    let (_, compressed_public_key, compressed_server_key) = compressed_set.into_raw_parts();
    xof.write("compressed-compact-public-key", "CompressedCompactPublicKey", &compressed_public_key, |_| {});
    xof.write("compressed-server-key", "CompressedServerKey", &compressed_server_key, |_| {});
    let from = Some(xof.path("compressed-compact-public-key"));
    xof.write("compact-public-key", "CompactPublicKey", &public_key, |entry| entry.from = from);
    let from = Some(xof.path("compressed-server-key"));
    xof.write("server-key", "ServerKey", &server_key, |entry| entry.from = from);
    set_server_key(server_key);
    let mut builder = CompactCiphertextList::builder(&public_key);
    builder.push(99u8);
    xof.list("compact-list-packed", &builder.build_packed(), &[("FheUint8", "99")], "packed");
    let computed = FheUint8::encrypt(99u8, &xof.key) + 1u8;
    xof.value("uint8-sum", "FheUint8", &computed, 100, "99 + 1");

    // Classic public keys are large: encryption needs no bootstrap, so the polynomials can have four coefficients.
    let config = ConfigBuilder::with_custom_parameters(toy(4, 4)).use_dedicated_oprf_key(false).build();
    let mut public = Configuration::new(&mut folder, "public", config, 17, "");
    let compressed = CompressedPublicKey::new(&public.key);
    public.write("compressed-public-key", "CompressedPublicKey", &compressed, |_| {});
    let public_key = compressed.decompress();
    let from = Some(public.path("compressed-public-key"));
    public.write("public-key", "PublicKey", &public_key, |entry| entry.from = from);
    let by = "encrypted with the public key";
    public.value("uint8", "FheUint8", &FheUint8::encrypt(171u8, &public_key), 171, by);
    public.value("int16", "FheInt16", &FheInt16::encrypt(-12345i16, &public_key), -12345, by);
    public.value(
        "bool",
        "FheBool",
        &FheBool::encrypt(true, &compressed),
        true,
        "encrypted with the compressed public key",
    );

    folder.finish();
}
