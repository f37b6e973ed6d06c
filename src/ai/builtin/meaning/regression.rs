//! Softmax regression: from a vector to how likely it is of each class.
//!
//! The weights minimise `|W|² / 2 + C · Σ -log p(class of the example)`; the bias isn't penalised. The
//! problem is convex, so there is one answer, however it is found.

use candle_core::{DType, Device, Tensor};
use candle_nn::ops::softmax;

/// How much the examples count against small weights.
pub const C: f64 = 8.0;

/// The gradient's length at which the weights are as good as the best: no weight is further from it.
const CLOSE_ENOUGH: f64 = 0.01;
/// Far more than it takes; some hundreds do.
const MOST_STEPS: usize = 5_000;

/// Weights and a bias for each class.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    inputs: usize,
    /// For each class the weights of the inputs, and then the bias.
    numbers: Vec<f32>,
}

impl Regression {
    /// Fits to examples of equal length; `classes` has the number of each one's class, below `count`.
    /// The same examples give the same weights.
    ///
    /// # Errors
    /// Where the examples aren't of equal length, or aren't numbers.
    pub fn fit(examples: &[Vec<f32>], classes: &[usize], count: usize) -> candle_core::Result<Self> {
        let inputs = examples.first().map_or(0, Vec::len);
        let x = Tensor::from_vec(examples.concat(), (examples.len(), inputs), &Device::Cpu)?;
        let problem = Problem::new(&x, &targets(classes, count)?)?;
        let weights = problem.solve()?;
        Ok(Self { inputs, numbers: problem.original(&weights)?.flatten_all()?.to_vec1()? })
    }

    /// How many numbers a vector has.
    pub const fn inputs(&self) -> usize {
        self.inputs
    }

    /// How likely a vector is of each class, from 0 to 1, together 1.
    pub fn probabilities(&self, vector: &[f32]) -> Vec<f32> {
        let scores: Vec<f32> = self.numbers.chunks_exact(self.inputs + 1).map(|class| score(class, vector)).collect();
        let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut likely: Vec<f32> = scores.into_iter().map(|score| (score - highest).exp()).collect();
        let all: f32 = likely.iter().sum();
        likely.iter_mut().for_each(|likely| *likely /= all);
        likely
    }

    /// The numbers, as they are kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    /// What was kept; none if it isn't of this size or has what isn't a number.
    pub fn from_bytes(bytes: &[u8], inputs: usize, count: usize) -> Option<Self> {
        let (numbers, rest) = bytes.as_chunks::<4>();
        let numbers: Vec<f32> = numbers.iter().map(|number| f32::from_le_bytes(*number)).collect();
        let is_whole = rest.is_empty() && numbers.len() == count * (inputs + 1);
        (is_whole && numbers.iter().all(|number| number.is_finite())).then_some(Self { inputs, numbers })
    }
}

fn score(class: &[f32], vector: &[f32]) -> f32 {
    let bias = class.last().copied().unwrap_or_default();
    bias + class.iter().zip(vector).map(|(weight, number)| weight * number).sum::<f32>()
}

/// Makes a vector's length 1; one without a length stays as it is.
pub fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > f32::EPSILON {
        vector.iter_mut().for_each(|number| *number /= length);
    }
    vector
}

/// One row an example: 1 at its class.
fn targets(classes: &[usize], count: usize) -> candle_core::Result<Tensor> {
    let mut targets = vec![0.0_f32; classes.len() * count];
    for (example, class) in classes.iter().enumerate() {
        if let Some(target) = targets.get_mut(example * count + class) {
            *target = 1.0;
        }
    }
    Tensor::from_vec(targets, (classes.len(), count), &Device::Cpu)
}

/// The problem in a form that is quickly solved: the inputs less their mean, which only the bias notices,
/// and the bias as the weight of one more input, about as large as the others.
struct Problem {
    inputs: Tensor,
    transposed: Tensor,
    targets: Tensor,
    mean: Tensor,
    /// The last input of each example.
    bias_input: f64,
    /// 1 for each weight, 0 for the bias.
    penalty: Tensor,
    /// The most by which the gradient changes over a step of length 1.
    curvature: f64,
}

impl Problem {
    fn new(x: &Tensor, targets: &Tensor) -> candle_core::Result<Self> {
        let (examples, inputs) = x.dims2()?;
        let mean = x.mean_keepdim(0)?;
        let centred = x.broadcast_sub(&mean)?;
        let spread = largest_spread(&centred)?;
        let bias_input = (spread / f64::from(u32::try_from(examples).unwrap_or(u32::MAX))).sqrt();
        let ones = Tensor::ones((examples, 1), DType::F32, &Device::Cpu)?;
        let inputs_and_bias = Tensor::cat(&[&centred, &(ones * bias_input)?], 1)?;
        let penalised = Tensor::ones((inputs, 1), DType::F32, &Device::Cpu)?;
        let free = Tensor::zeros((1, 1), DType::F32, &Device::Cpu)?;
        Ok(Self {
            transposed: inputs_and_bias.t()?.contiguous()?,
            inputs: inputs_and_bias,
            targets: targets.clone(),
            mean,
            bias_input,
            penalty: Tensor::cat(&[&penalised, &free], 0)?,
            // Softmax bends by at most a half.
            curvature: C * spread / 2.0 + 1.0,
        })
    }

    /// Nesterov's accelerated gradient: one column of weights a class. The penalty bends the problem by 1,
    /// which says how much of each step to carry over into the next.
    fn solve(&self) -> candle_core::Result<Tensor> {
        let carried = (self.curvature.sqrt() - 1.0) / (self.curvature.sqrt() + 1.0);
        let mut weights = Tensor::zeros((self.inputs.dim(1)?, self.targets.dim(1)?), DType::F32, &Device::Cpu)?;
        let mut ahead = weights.clone();
        for _ in 0..MOST_STEPS {
            let gradient = self.gradient(&ahead)?;
            let next = (&ahead - (&gradient / self.curvature)?)?;
            ahead = (&next + ((&next - &weights)? * carried)?)?;
            weights = next;
            if length(&gradient)? <= CLOSE_ENOUGH {
                return Ok(weights);
            }
        }
        candle_core::bail!("the weights don't settle")
    }

    fn gradient(&self, weights: &Tensor) -> candle_core::Result<Tensor> {
        let missed = (softmax(&self.inputs.matmul(weights)?, 1)? - &self.targets)?;
        (self.transposed.matmul(&missed)? * C)? + weights.broadcast_mul(&self.penalty)?
    }

    /// The weights for inputs as they were given: one row a class, its bias last.
    fn original(&self, weights: &Tensor) -> candle_core::Result<Tensor> {
        let inputs = self.mean.dim(1)?;
        let (weights, bias) = (weights.narrow(0, 0, inputs)?, weights.narrow(0, inputs, 1)?);
        let bias = ((bias * self.bias_input)? - self.mean.matmul(&weights)?)?;
        Tensor::cat(&[weights, bias], 0)?.t()?.contiguous()
    }
}

/// The largest eigenvalue of `xᵀx` or a little more, never less: the eighth root of its eighth power's
/// length.
fn largest_spread(x: &Tensor) -> candle_core::Result<f64> {
    let products = x.t()?.matmul(x)?;
    let size = length(&products)?;
    if size <= f64::EPSILON {
        return Ok(0.0);
    }
    let mut power = (products / size)?;
    for _ in 0..3 {
        power = power.matmul(&power)?;
    }
    Ok(size * length(&power)?.powf(0.125))
}

fn length(numbers: &Tensor) -> candle_core::Result<f64> {
    Ok(f64::from(numbers.sqr()?.sum_all()?.to_scalar::<f32>()?).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three classes around three corners, one example on the wrong side.
    fn toy() -> (Vec<Vec<f32>>, Vec<usize>) {
        let examples = [
            ([1.0, 0.0, 0.1], 0),
            ([0.9, 0.2, 0.0], 0),
            ([0.8, 0.1, 0.2], 0),
            ([0.0, 1.0, 0.1], 1),
            ([0.2, 0.9, 0.0], 1),
            ([0.1, 0.8, 0.2], 1),
            ([0.0, 0.1, 1.0], 2),
            ([0.2, 0.0, 0.9], 2),
            ([0.1, 0.2, 0.8], 2),
            ([0.9, 0.1, 0.1], 2),
        ];
        examples.iter().map(|(example, class)| (unit(example.to_vec()), *class)).unzip()
    }

    fn likeliest(regression: &Regression, vector: &[f32]) -> usize {
        let likely = regression.probabilities(vector);
        (0..likely.len()).max_by(|left, right| likely[*left].total_cmp(&likely[*right])).unwrap()
    }

    #[test]
    fn classes_are_told_apart_and_the_same_examples_give_the_same_weights() {
        let (examples, classes) = toy();
        let regression = Regression::fit(&examples, &classes, 3).unwrap();
        for (example, class) in examples.iter().zip(&classes).take(9) {
            assert_eq!(likeliest(&regression, example), *class);
        }
        assert_eq!(regression, Regression::fit(&examples, &classes, 3).unwrap());
    }

    /// At the best weights, what the examples pull is what the penalty holds.
    #[test]
    fn the_weights_are_the_best_ones() {
        let (examples, classes) = toy();
        let regression = Regression::fit(&examples, &classes, 3).unwrap();
        for (class, numbers) in regression.numbers.chunks_exact(4).enumerate() {
            let missed: Vec<f32> = examples
                .iter()
                .zip(&classes)
                .map(|(example, of)| regression.probabilities(example)[class] - if *of == class { 1.0 } else { 0.0 })
                .collect();
            let pull =
                |input: usize| 8.0 * examples.iter().zip(&missed).map(|(one, miss)| one[input] * miss).sum::<f32>();
            for (input, weight) in numbers.iter().take(3).enumerate() {
                assert!((pull(input) + weight).abs() < 0.02, "{class} {input}");
            }
            assert!(missed.iter().sum::<f32>().abs() < 0.02, "the bias isn't penalised");
        }
    }

    #[test]
    fn examples_that_cannot_be_told_apart_are_equally_likely() {
        let same = vec![vec![1.0, 0.0]; 4];
        let regression = Regression::fit(&same, &[0, 1, 0, 1], 2).unwrap();
        assert!((regression.probabilities(&same[0])[0] - 0.5).abs() < 0.01);
    }

    #[test]
    fn only_whole_weights_are_read_again() {
        let (examples, classes) = toy();
        let regression = Regression::fit(&examples, &classes, 3).unwrap();
        let bytes = regression.to_bytes();
        assert_eq!(Regression::from_bytes(&bytes, 3, 3), Some(regression));
        assert_eq!(Regression::from_bytes(&bytes[1..], 3, 3), None);
        assert_eq!(Regression::from_bytes(&bytes, 3, 4), None);
        let mut broken = bytes;
        broken[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        assert_eq!(Regression::from_bytes(&broken, 3, 3), None);
    }
}
