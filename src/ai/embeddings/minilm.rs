//! all-MiniLM-L6-v2: sentences of up to 256 tokens to vectors of 384 numbers.

use super::normalised;
use anyhow::{Context, bail};
use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use sha2::{Digest, Sha256};
use std::{fs, path::Path};
use tokenizers::{Tokenizer, TruncationParams};

/// The file that must be the published one.
pub const WEIGHTS: &str = "model.safetensors";
pub const WEIGHTS_SHA256: &str = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";

/// What the model was trained for; what follows in a longer text is left out.
const MAX_TOKENS: usize = 256;

/// The model, ready to be used from any thread.
pub struct MiniLm {
    model: BertModel,
    tokenizer: Tokenizer,
}

/// A text as the model reads it: never empty, because it begins and ends with tokens of its own.
#[derive(Clone)]
pub struct Tokens(Vec<u32>);

impl Tokens {
    /// How many.
    pub const fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
impl From<Vec<u32>> for Tokens {
    fn from(ids: Vec<u32>) -> Self {
        Self(ids)
    }
}

impl MiniLm {
    /// Reads the model's files. The errors name the file and what to do.
    pub fn load(folder: &Path) -> anyhow::Result<Self> {
        let read = |name: &str| fs::read(folder.join(name)).with_context(|| format!("{name} can't be read"));
        let weights = read(WEIGHTS)?;
        if sha256(&weights) != WEIGHTS_SHA256 {
            bail!("{WEIGHTS} isn't the published one of all-MiniLM-L6-v2; remove its folder and run script/setup");
        }
        let config: Config = serde_json::from_slice(&read("config.json")?).context("config.json can't be used")?;
        let mut tokenizer = Tokenizer::from_bytes(read("tokenizer.json")?)
            .map_err(|_| anyhow::anyhow!("tokenizer.json can't be used"))?;
        let truncation = TruncationParams { max_length: MAX_TOKENS, ..TruncationParams::default() };
        tokenizer
            .with_padding(None)
            .with_truncation(Some(truncation))
            .map_err(|_| anyhow::anyhow!("tokenizer.json can't be used"))?;
        let variables = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)?;
        Ok(Self { model: BertModel::load(variables, &config)?, tokenizer })
    }

    /// The tokens of a text.
    pub fn tokenize(&self, text: &str) -> anyhow::Result<Tokens> {
        let encoding = self.tokenizer.encode_fast(text, true).map_err(|_| anyhow::anyhow!("a text has no tokens"))?;
        Ok(Tokens(encoding.get_ids().to_vec()))
    }

    /// The unit vectors of texts, which are filled up to the longest of them.
    pub fn embed(&self, texts: &[Tokens]) -> anyhow::Result<Vec<Vec<f32>>> {
        let longest = texts.iter().map(Tokens::len).max().unwrap_or_default();
        if longest == 0 {
            return Ok(Vec::new());
        }
        let filled = |fill: &dyn Fn(&Tokens) -> Vec<u32>| -> candle_core::Result<Tensor> {
            let numbers: Vec<u32> = texts
                .iter()
                .flat_map(|text| {
                    let mut row = fill(text);
                    row.resize(longest, 0);
                    row
                })
                .collect();
            Tensor::from_vec(numbers, (texts.len(), longest), &Device::Cpu)
        };
        let ids = filled(&|text| text.0.clone())?;
        let mask = filled(&|text| vec![1; text.len()])?;
        let hidden = self.model.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
        mean(&hidden, &mask)?
            .to_vec2::<f32>()?
            .into_iter()
            .map(|vector| normalised(vector).context("a vector has no direction"))
            .collect()
    }
}

/// The mean over the tokens of each text, without those that fill it up.
fn mean(hidden: &Tensor, mask: &Tensor) -> candle_core::Result<Tensor> {
    let mask = mask.to_dtype(DType::F32)?.unsqueeze(2)?;
    let counts = mask.sum(1)?;
    hidden.broadcast_mul(&mask)?.sum(1)?.broadcast_div(&counts)
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
