//! Logs: one line an event, JSON unless text is asked for. No narrative text, tokens or personal data.

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging to standard error.
pub fn start() {
    let filter = EnvFilter::try_from_env("SUPPORTSIGNAL_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let is_text = std::env::var("SUPPORTSIGNAL_LOG_FORMAT").is_ok_and(|format| format == "text");
    let registry = tracing_subscriber::registry().with(filter);
    if is_text {
        registry.with(fmt::layer().with_writer(std::io::stderr).with_target(false)).init();
    } else {
        registry
            .with(
                fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_current_span(true)
                    .with_span_list(false)
                    .with_writer(std::io::stderr),
            )
            .init();
    }
}
