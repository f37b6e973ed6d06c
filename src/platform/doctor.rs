//! `supportsignal doctor`: looks at everything a server needs and says in one sentence each what is
//! wrong and how to mend it. Changes nothing but what every start changes.

mod checks;
mod database;

use super::config::Config;
use anyhow::bail;
use std::io::{self, Write};

/// How one thing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    what: &'static str,
    /// What was found, or what is wrong and how to mend it.
    finding: Result<String, String>,
}

impl Check {
    fn new(what: &'static str, finding: Result<String, String>) -> Self {
        Self { what, finding }
    }

    fn is_problem(&self) -> bool {
        self.finding.is_err()
    }

    fn line(&self) -> String {
        match &self.finding {
            Ok(found) => format!("ok       {}: {found}", self.what),
            Err(problem) => format!("PROBLEM  {}: {problem}", self.what),
        }
    }
}

/// Looks, prints, and fails if there is a problem.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let mut problems = 0;
    let mut report = |check: Check| {
        problems += usize::from(check.is_problem());
        writeln!(io::stdout().lock(), "{}", check.line())
    };
    report(checks::settings(&config))?;
    report(checks::data_directory(&config))?;
    report(checks::file_store(&config).await)?;
    report(checks::mail(&config).await)?;
    report(checks::ai(&config))?;
    report(checks::model(&config))?;
    for check in checks::site().await {
        report(check)?;
    }
    for check in database::examine(config).await {
        report(check)?;
    }
    match problems {
        0 => Ok(()),
        1 => bail!("one problem needs mending"),
        _ => bail!("{problems} problems need mending"),
    }
}

#[cfg(test)]
mod tests {
    use super::Check;

    #[test]
    fn a_problem_stands_out() {
        assert_eq!(Check::new("mail", Ok("by SMTP".into())).line(), "ok       mail: by SMTP");
        let problem = Check::new("mail", Err("no way out; set one".into()));
        assert!(problem.is_problem() && problem.line().starts_with("PROBLEM  mail: "));
    }
}
