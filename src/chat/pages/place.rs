//! Where the reader is on the page: a growing text only moves the page along for those at its end.

#[cfg(feature = "hydrate")]
pub use browser::*;

#[cfg(not(feature = "hydrate"))]
pub use nowhere::*;

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::{document, request_animation_frame, window};
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::HtmlElement;

    /// How far from the end somebody still counts as being there, in pixels.
    const NEAR: f64 = 120.0;
    /// From this width on there is room beside an answer, in pixels: Tailwind's `xl`.
    const WIDE: f64 = 1280.0;

    /// Whether the end of the page is in sight.
    pub fn is_at_end() -> bool {
        let seen_to = window().scroll_y().unwrap_or_default() + pixels(window().inner_height());
        seen_to + NEAR >= page_height()
    }

    /// Goes to the end of the page once it is painted.
    pub fn go_to_end() {
        request_animation_frame(|| window().scroll_to_with_x_and_y(0.0, page_height()));
    }

    /// Shows the beginning of an element once it is painted.
    pub fn show(id: String) {
        request_animation_frame(move || {
            if let Some(element) = document().get_element_by_id(&id) {
                element.scroll_into_view();
            }
        });
    }

    /// Gives the focus to an element once it is painted.
    pub fn focus(id: String) {
        request_animation_frame(move || focus_now(&id));
    }

    /// The same, unless something has the focus by then.
    pub fn focus_if_lost(id: String) {
        request_animation_frame(move || {
            if document().active_element().is_none_or(|element| element.tag_name() == "BODY") {
                focus_now(&id);
            }
        });
    }

    fn focus_now(id: &str) {
        let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            // What can't take the focus can still be seen.
            drop(element.focus());
        }
    }

    /// Whether there is room for a source beside its answer.
    pub fn is_wide() -> bool {
        pixels(window().inner_width()) >= WIDE
    }

    fn page_height() -> f64 {
        document().document_element().map_or(0.0, |page| f64::from(page.scroll_height()))
    }

    fn pixels(size: Result<JsValue, JsValue>) -> f64 {
        size.ok().and_then(|size| size.as_f64()).unwrap_or_default()
    }
}

/// The server has no window.
#[cfg(not(feature = "hydrate"))]
mod nowhere {
    pub fn go_to_end() {}

    pub fn show(_id: String) {}

    pub fn focus(_id: String) {}

    pub fn is_wide() -> bool {
        false
    }
}
