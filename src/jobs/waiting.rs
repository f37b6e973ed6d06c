//! Waiting for a job on a page: progress, a way on, and looking again.

use super::job::JobState;
use crate::ui::JobProgress;
use leptos::prelude::*;

/// Looks again every 700 ms while there is something to wait for. Only a browser does.
pub fn poll_while_open(
    is_open: impl Fn() -> bool + Send + Sync + 'static,
    look: impl Fn() + Send + Sync + Clone + 'static,
) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if is_open() {
            let look = look.clone();
            set_timeout(look, std::time::Duration::from_millis(700));
        }
    });
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (is_open, look);
    }
}

/// What is being done, how far it is, and what can be done meanwhile (the children).
#[component]
pub fn JobWait(#[prop(into)] label: String, job: Option<JobState>, children: Children) -> impl IntoView {
    let percent = job.as_ref().and_then(|job| u8::try_from(job.progress).ok()).filter(|percent| *percent > 0);
    let trouble = job.and_then(|job| job.error);
    view! {
        // Without JavaScript the page looks again by itself. As text, because an element that a script
        // puts into a noscript works, and would load this page again two seconds later wherever the
        // person is by then.
        <noscript inner_html=r#"<meta http-equiv="refresh" content="2">"#></noscript>
        <JobProgress label=label percent=Signal::stored(percent)>
            {trouble.map(|_| view! { <p>"The first try didn't work. Trying again."</p> })}
            {children()}
        </JobProgress>
    }
    .into_any()
}
