#!/bin/sh
# Writes the vectors of older versions: write.sh <folder>, in which every version gets its own.
set -eu
folder=$(realpath "$1")
cd "$(dirname "$0")"
for version in 1.0.1 1.1.3 1.2.0 1.3.3 1.4.3 1.5.5 1.6.3; do
  short=${version%.*}
  features=
  case $short in 1.[0-2]) ;; 1.[3-5]) features=modulus-switch-type ;; *) features=modulus-switch-type,oprf-key ;; esac
  rm -f Cargo.lock
  cargo update --quiet tfhe --precise "$version"
  cargo run --release --quiet --features "$features" -- "$folder/$short" "$version"
done
