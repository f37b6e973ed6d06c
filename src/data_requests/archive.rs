//! The file of a person's data: an archive (ZIP) with `data.json`, a note to the reader, and each report
//! twice, as data and as a document.

use super::person::{PersonExport, ReportFile};
use crate::incidents::export::{IncidentExport, pdf};
use serde::Serialize;
use std::io::{Cursor, Write as _};
use zip::{ZipWriter, write::SimpleFileOptions};

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("a part can't be written into the archive")]
    Zip(#[from] zip::result::ZipError),
    #[error("a part can't be written into the archive")]
    Io(#[from] std::io::Error),
    #[error("a part can't be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("a report can't be written as a document")]
    Pdf(#[from] crate::pdf::PdfError),
}

/// An archive that is being written. All of it keeps a processor busy: call it on a blocking thread.
pub struct Archive {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl Archive {
    /// An empty one.
    pub fn new() -> Self {
        Self { zip: ZipWriter::new(Cursor::new(Vec::new())) }
    }

    /// Adds a report.
    pub fn add_report(&mut self, report: &IncidentExport) -> Result<ReportFile, ArchiveError> {
        let name = format!("reports/{}", report.file_name());
        let file =
            ReportFile { number: report.details.number, json: format!("{name}.json"), pdf: format!("{name}.pdf") };
        self.add(&file.json, &json(report)?)?;
        self.add(&file.pdf, &pdf::write(report)?)?;
        Ok(file)
    }

    /// Adds the rest and closes the archive.
    pub fn finish(mut self, person: &PersonExport) -> Result<Vec<u8>, ArchiveError> {
        self.add("data.json", &json(person)?)?;
        self.add("READ-ME.txt", read_me(person).as_bytes())?;
        Ok(self.zip.finish()?.into_inner())
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.zip.start_file(name, SimpleFileOptions::default())?;
        Ok(self.zip.write_all(bytes)?)
    }
}

impl Default for Archive {
    fn default() -> Self {
        Self::new()
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, ArchiveError> {
    Ok(serde_json::to_vec_pretty(value)?)
}

/// For whoever opens the archive and has never heard of JSON.
fn read_me(person: &PersonExport) -> String {
    let left_out: String = person.left_out.iter().map(|line| format!("- {line}\r\n")).collect();
    format!(
        "Personal data held by {}\r\n\r\n\
         Made on {} (UTC).\r\n\r\n\
         reports/    Each report as a document to read (PDF) and as data (JSON): {} in all.\r\n\
         data.json   Everything else, as data.\r\n\r\n\
         Not in this file:\r\n{left_out}\r\n\
         This file holds personal and health information, also of other people who are named in the reports. Keep it safe.\r\n",
        person.organisation,
        person.exported_at.format("%-d %B %Y, %H:%M"),
        person.reports.len(),
    )
}
