//! How an activation's magnitudes are spread, and the limit that suits them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Bins of a histogram.
const BINS: usize = 2048;
/// Magnitudes that int8 has on either side of zero, zero included.
const LEVELS: usize = 128;
/// Bins from one limit that is tried to the next.
const STEP: usize = 8;

/// How the limit of an activation is chosen, beyond which numbers are cut off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Method {
    /// The greatest magnitude seen: nothing is cut off, and rare outliers make all steps coarse.
    Max,
    /// What this many of 100 magnitudes stay below.
    Percentile(f64),
    /// The limit with the least squared error, of rounding and of cutting off together.
    #[default]
    Mse,
    /// The limit that loses least information (Kullback–Leibler divergence), as in TensorRT's own entropy calibration. It needs many
    /// numbers: of few, it takes gaps for information.
    Entropy,
}

impl fmt::Display for Method {
    /// `max`, `percentile:99.99`, `mse` or `entropy`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Max => f.write_str("max"),
            Self::Percentile(percent) => write!(f, "percentile:{percent}"),
            Self::Mse => f.write_str("mse"),
            Self::Entropy => f.write_str("entropy"),
        }
    }
}

impl FromStr for Method {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let percent = |text: &str| text.parse().ok().filter(|p| *p > 0.0 && *p <= 100.0);
        match text.split_once(':') {
            None if text == "max" => Some(Self::Max),
            None if text == "mse" => Some(Self::Mse),
            None if text == "entropy" => Some(Self::Entropy),
            Some(("percentile", number)) => percent(number).map(Self::Percentile),
            _ => None,
        }
        .ok_or_else(|| {
            format!("`{text}` is no method: expected mse, entropy, max, or percentile:99.99 (above 0, up to 100)")
        })
    }
}

impl From<Method> for String {
    fn from(method: Method) -> Self {
        method.to_string()
    }
}

impl TryFrom<String> for Method {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Counts of magnitudes in equal bins from zero on. A magnitude beyond the last bin doubles the width of all.
#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    counts: Vec<u64>,
    width: f64,
    max: f32,
    /// Zeros before the first other number, which decides about the width.
    zeros: u64,
}

impl Histogram {
    /// Adds numbers; false if one of them is infinite or NaN.
    pub(super) fn add(&mut self, numbers: impl Iterator<Item = f32>) -> bool {
        for number in numbers {
            if !number.is_finite() {
                return false;
            }
            let magnitude = number.abs();
            self.max = self.max.max(magnitude);
            if self.counts.is_empty() {
                if magnitude == 0.0 {
                    self.zeros += 1;
                    continue;
                }
                self.counts = vec![0; BINS];
                self.counts[0] = self.zeros;
                self.width = f64::from(magnitude) / (BINS - 1) as f64;
            }
            while f64::from(magnitude) >= self.width * BINS as f64 {
                self.widen();
            }
            self.counts[(f64::from(magnitude) / self.width) as usize] += 1;
        }
        true
    }

    fn widen(&mut self) {
        for bin in 0..BINS {
            let pair = self.counts.get(2 * bin..2 * bin + 2).unwrap_or_default();
            self.counts[bin] = pair.iter().sum();
        }
        self.width *= 2.0;
    }

    /// The limit; `None` where nothing but zeros was seen.
    pub(super) fn limit(&self, method: Method) -> Option<f32> {
        if self.max == 0.0 {
            return None;
        }
        let bins = match method {
            Method::Max => return Some(self.max),
            Method::Percentile(percent) => self.bins_below(percent),
            Method::Mse => least(|bins| self.squared_error(bins)),
            Method::Entropy => {
                let mut counts: Vec<f64> = self.counts.iter().map(|&count| count as f64).collect();
                // What rectifiers cut off is zero in every quantization and would drown all else.
                counts[0] = counts[1];
                least(|bins| divergence(&counts, bins))
            }
        };
        Some(self.max.min((bins as f64 * self.width) as f32))
    }

    fn bins_below(&self, percent: f64) -> usize {
        let wanted = self.counts.iter().sum::<u64>() as f64 * percent / 100.0;
        let mut seen = 0;
        let enough = self.counts.iter().position(|count| {
            seen += count;
            seen as f64 >= wanted
        });
        enough.unwrap_or(BINS - 1) + 1
    }

    /// The error of all numbers, each at the middle of its bin, if the limit is the end of the first `bins` bins; in widths of a bin.
    fn squared_error(&self, bins: usize) -> f64 {
        let step = bins as f64 / (LEVELS - 1) as f64;
        let errors = self.counts.iter().enumerate().map(|(bin, &count)| {
            let middle = bin as f64 + 0.5;
            let level = (middle / step).round().min((LEVELS - 1) as f64);
            count as f64 * (middle - level * step).powi(2)
        });
        errors.sum()
    }
}

/// The number of bins with the least loss.
fn least(loss: impl Fn(usize) -> f64) -> usize {
    let losses = (LEVELS..=BINS).step_by(STEP).map(|bins| (bins, loss(bins)));
    let least = losses.min_by(|(_, a), (_, b)| a.total_cmp(b));
    least.map_or(BINS, |(bins, _)| bins)
}

/// How much of the distribution is lost (Kullback–Leibler divergence) if the first `bins` bins are brought to [`LEVELS`] levels and
/// all beyond them is cut off to the last.
fn divergence(counts: &[f64], bins: usize) -> f64 {
    let (inside, beyond) = counts.split_at(bins);
    let total: f64 = counts.iter().sum();
    let kept: f64 = inside.iter().sum();
    if kept == 0.0 {
        return f64::INFINITY;
    }
    let last = inside.iter().rposition(|&count| count > 0.0);
    let cut_off: f64 = beyond.iter().sum();
    let mut loss = 0.0;
    for level in 0..LEVELS {
        let (from, to) = (level * bins / LEVELS, (level + 1) * bins / LEVELS);
        let group = &inside[from..to];
        let used = group.iter().filter(|&&count| count > 0.0).count();
        // A level stands for all bins of its group alike.
        let share = group.iter().sum::<f64>() / used.max(1) as f64 / kept;
        for (bin, &count) in (from..to).zip(group) {
            let edge = if Some(bin) == last { cut_off } else { 0.0 };
            let expected = (count + edge) / total;
            if count > 0.0 {
                loss += expected * (expected / share).ln();
            }
        }
    }
    loss
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(numbers: &[f32]) -> Histogram {
        let mut histogram = Histogram::default();
        assert!(histogram.add(numbers.iter().copied()));
        histogram
    }

    /// Numbers of a normal distribution, the same each time.
    fn normal(count: usize) -> Vec<f32> {
        let mut state = 1u64;
        let mut uniform = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
            ((state >> 40) as f64 + 0.5) / (1u64 << 24) as f64
        };
        (0..count)
            .map(|_| (0..12).map(|_| uniform()).sum::<f64>() as f32 - 6.0)
            .collect()
    }

    #[test]
    fn the_greatest_magnitude_counts_on_either_side() {
        let histogram = histogram(&[0.0, 0.5, -3.0, 2.0]);
        assert_eq!(histogram.limit(Method::Max), Some(3.0));
        assert_eq!(histogram.counts.iter().sum::<u64>(), 4);
    }

    #[test]
    fn widening_keeps_every_count_in_its_place() {
        let grown = histogram(&[0.1, 0.9, 5.0, -77.0, 0.3]);
        let mut at_once = Histogram {
            counts: vec![0; BINS],
            width: grown.width,
            ..Histogram::default()
        };
        at_once.add([0.1, 0.9, 5.0, -77.0, 0.3].into_iter());
        assert_eq!(grown.counts, at_once.counts);
        assert_eq!(grown.max, at_once.max);
    }

    #[test]
    fn a_percentile_leaves_outliers_out() {
        let numbers: Vec<f32> = (1..=1000)
            .map(|n| n as f32 / 1000.0)
            .chain([50.0])
            .collect();
        let histogram = histogram(&numbers);
        let limit = histogram.limit(Method::Percentile(99.0)).unwrap();
        assert!((0.98..1.05).contains(&limit), "{limit}");
        assert_eq!(histogram.limit(Method::Percentile(100.0)), Some(50.0));
    }

    #[test]
    fn entropy_cuts_off_tails_but_no_bulk() {
        let mut numbers = normal(50_000);
        let limit = histogram(&numbers).limit(Method::Entropy).unwrap();
        assert!((2.5..6.0).contains(&limit), "{limit}");
        numbers.push(300.0);
        let with_outlier = histogram(&numbers).limit(Method::Entropy).unwrap();
        // The least that is tried is a sixteenth of what the bins cover.
        assert!(with_outlier < 600.0 / 16.0, "{with_outlier}");
    }

    #[test]
    fn the_least_error_is_that_of_all_limits_tried_one_by_one() {
        let numbers = normal(20_000);
        let limit = histogram(&numbers).limit(Method::Mse).unwrap();
        let error = |limit: f32| -> f64 {
            let step = limit / 127.0;
            let errors = numbers.iter().map(|x| {
                let level = (x / step).round().clamp(-127.0, 127.0);
                f64::from(x - level * step).powi(2)
            });
            errors.sum()
        };
        let best = (20..80)
            .map(|n| error(n as f32 / 10.0))
            .fold(f64::INFINITY, f64::min);
        assert!(
            error(limit) < 1.02 * best,
            "{limit}: {} and {best}",
            error(limit)
        );
    }

    #[test]
    fn few_numbers_are_no_reason_to_cut_most_of_them_off() {
        let mut numbers: Vec<f32> = normal(300).iter().map(|x| 0.1 * x.abs()).collect();
        numbers.extend([1.5, 2.0, 3.0, 3.25]);
        let limit = histogram(&numbers).limit(Method::Mse).unwrap();
        assert!(limit > 2.9, "{limit}");
    }

    #[test]
    fn an_even_spread_is_kept_whole() {
        let numbers: Vec<f32> = (0..100_000).map(|n| n as f32 / 1e5).collect();
        for method in [Method::Entropy, Method::Mse] {
            let limit = histogram(&numbers).limit(method).unwrap();
            assert!(limit > 0.97, "{method}: {limit}");
        }
    }

    #[test]
    fn zeros_have_no_limit_and_infinities_are_told() {
        assert_eq!(histogram(&[0.0, -0.0]).limit(Method::Entropy), None);
        assert!(!Histogram::default().add([1.0, f32::INFINITY].into_iter()));
        assert!(!Histogram::default().add([f32::NAN].into_iter()));
    }

    #[test]
    fn methods_have_names() {
        for method in [
            Method::Max,
            Method::Mse,
            Method::Entropy,
            Method::Percentile(99.9),
        ] {
            assert_eq!(method.to_string().parse(), Ok(method));
        }
        for text in [
            "",
            "min",
            "percentile",
            "percentile:0",
            "percentile:101",
            "max:1",
        ] {
            assert!(text.parse::<Method>().is_err(), "{text}");
        }
    }
}
