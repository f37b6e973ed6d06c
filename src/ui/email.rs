//! An e-mail address as text.

use leptos::prelude::*;

/// Breaks after the @ where there is too little room, and inside a part only where even that is too long.
#[component]
pub fn EmailAddress(#[prop(into)] address: String) -> impl IntoView {
    let (local, domain) = match address.split_once('@') {
        Some((local, domain)) => (format!("{local}@"), domain.to_owned()),
        None => (address, String::new()),
    };
    view! { <span class="wrap-anywhere md:inline-block md:min-w-36">{local} <wbr /> {domain}</span> }.into_any()
}
