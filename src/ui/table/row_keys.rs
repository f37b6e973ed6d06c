//! From row to row by keyboard. The keys only work while a row's link has the focus, so that nobody who dictates or types
//! elsewhere sets them off (WCAG 2.1.4).

use leptos::ev::KeyboardEvent;

/// Moves the focus to the row that the key asks for.
#[cfg(feature = "hydrate")]
pub fn follow(event: &KeyboardEvent) {
    use leptos::{
        wasm_bindgen::JsCast,
        web_sys::{Element, HtmlElement},
    };

    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let forward = match event.key().as_str() {
        "j" | "ArrowDown" => true,
        "k" | "ArrowUp" => false,
        _ => return,
    };
    let neighbour = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .filter(|target| target.class_list().contains("row-link"))
        .and_then(|link| link.closest("tr").ok().flatten())
        .and_then(|row| if forward { row.next_element_sibling() } else { row.previous_element_sibling() })
        .and_then(|row| row.query_selector(".row-link").ok().flatten())
        .and_then(|link| link.dyn_into::<HtmlElement>().ok());
    if let Some(link) = neighbour
        && link.focus().is_ok()
    {
        event.prevent_default();
    }
}

/// There are no keys on the server.
#[cfg(not(feature = "hydrate"))]
pub fn follow(_event: &KeyboardEvent) {}
