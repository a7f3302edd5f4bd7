use std::time::{Duration, Instant};

/// How long one measurement lasts at least.
const SAMPLE: Duration = Duration::from_millis(50);

/// Nanoseconds of one run, measured over as many as fill a sample.
pub fn time<T>(mut run: impl FnMut() -> T) -> f64 {
    let mut count = 1;
    loop {
        let started = Instant::now();
        for _ in 0..count {
            std::hint::black_box(run());
        }
        let elapsed = started.elapsed();
        if elapsed >= SAMPLE {
            return elapsed.as_nanos() as f64 / f64::from(count);
        }
        count *= 2;
    }
}

/// Nanoseconds of one of a batch that runs on all threads; by itself, it runs on the calling one.
pub fn time_batch<I: Send>(inputs: &mut [I], run: impl Fn(&mut I) + Sync) -> f64 {
    use rayon::prelude::*;
    match inputs {
        [input] => time(|| run(input)),
        _ => time(|| inputs.par_iter_mut().for_each(&run)) / inputs.len() as f64,
    }
}
