//! Logs: one line an event, JSON unless text is asked for. No narrative text, tokens or personal data.
//! What people who run an organisation should know goes to the debug log as well.

use crate::debug_log::layer as debug_log;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// Starts logging to standard error.
pub fn start() {
    let filter = EnvFilter::try_from_env("SUPPORTSIGNAL_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let is_text = std::env::var("SUPPORTSIGNAL_LOG_FORMAT").is_ok_and(|format| format == "text");
    let lines: Box<dyn Layer<Registry> + Send + Sync> = if is_text {
        fmt::layer().with_writer(std::io::stderr).with_target(false).boxed()
    } else {
        fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_writer(std::io::stderr)
            .boxed()
    };
    let lines = lines.with_filter(filter).with_filter(filter_fn(|event| may_be_logged(event.target())));
    tracing_subscriber::registry().with(lines).with(debug_log::layer()).init();
}

/// The library that speaks to AI providers logs requests and answers when something goes wrong, and
/// those hold narratives; whatever the filter asks for, it stays silent.
fn may_be_logged(target: &str) -> bool {
    target != "genai" && !target.starts_with("genai::")
}

#[cfg(test)]
mod tests {
    use super::may_be_logged;

    #[test]
    fn the_library_for_ai_providers_is_silent() {
        assert!(!may_be_logged("genai") && !may_be_logged("genai::adapter::adapters::openai::streamer"));
        assert!(may_be_logged("supportsignal::ai::client") && may_be_logged("genaiology"));
    }
}
