//! Where the reader is on the page: a growing text only moves the page along for those at its end.

#[cfg(feature = "hydrate")]
pub use browser::*;

#[cfg(not(feature = "hydrate"))]
pub use nowhere::*;

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::{document, request_animation_frame, window};
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::{FocusOptions, HtmlElement};

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
        request_animation_frame(move || {
            // What can't take the focus can still be seen.
            if let Some(element) = element(&id) {
                drop(element.focus());
            }
        });
    }

    /// Gives the focus to an element, unless something has it; the page stays where it is.
    pub fn focus_if_lost(id: String) {
        request_animation_frame(move || {
            let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
            if let Some(element) = element(&id).filter(|_| is_lost) {
                let options = FocusOptions::new();
                options.set_prevent_scroll(true);
                drop(element.focus_with_options(&options));
            }
        });
    }

    fn element(id: &str) -> Option<HtmlElement> {
        document().get_element_by_id(id).and_then(|element| element.dyn_into().ok())
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
