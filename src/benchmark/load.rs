//! How fast the whole product answers: what people open most, asked of a server of its own by one browser
//! after another, with row-level security on. Beside the time, the processor time of server and database.

mod browser;
mod place;
mod processes;
mod request;
mod server;
mod table;

use super::Size;
use crate::platform::config::Config;
use anyhow::Context;
use place::Place;
use request::Kind;
use std::io::{self, Write as _};

/// Organisations and reports of both databases. In each the largest organisation is asked.
const SIZES: [(u32, u32); 2] = [(100, 10_000), (100, 200_000)];
/// The sizes are asked in turns, so that a machine that is busy for a while is so for all of them.
const TURNS: usize = 4;

/// Times one size, or both, and prints a table for each; of both also by how much the times grow.
pub async fn measure(config: Config, reports: Option<u32>) -> anyhow::Result<()> {
    let mut places = Vec::new();
    let outcome = measure_all(config, reports, &mut places).await;
    for place in places {
        place.remove().await?;
    }
    outcome
}

/// Leaves the places to its caller, to be removed whatever happened.
async fn measure_all(config: Config, reports: Option<u32>, places: &mut Vec<Place>) -> anyhow::Result<()> {
    for (tenants, all) in SIZES.into_iter().filter(|(_, all)| reports.is_none_or(|wanted| wanted == *all)) {
        places.push(Place::prepare(config.clone(), Size::new(tenants, all)?).await?);
    }
    for kind in Kind::ALL {
        for turn in 0..TURNS {
            for place in places.iter_mut() {
                place.ask(kind, turn, kind.requests() / TURNS).await?;
            }
        }
    }
    let measured: Vec<_> = places.iter_mut().map(|place| (place.size(), place.lines())).collect();
    for (size, lines) in &measured {
        say(&format!("{} reports of {} organisations\n{}\n", size.reports, size.tenants, table::times(lines)))?;
    }
    if let [(_, fewer), (_, more)] = measured.as_slice() {
        say(&format!("From the fewest reports to the most\n{}\n", table::growth(fewer, more)))?;
    }
    Ok(())
}

fn say(text: &str) -> anyhow::Result<()> {
    io::stdout().lock().write_all(text.as_bytes()).context("standard output can't be written")
}
