//! Where the reader is on the page: a growing text only moves the page along for those at its end.

/// How far from the end somebody still counts as being there, in pixels.
#[cfg(feature = "hydrate")]
const NEAR: f64 = 120.0;

/// From this width on there is room beside the answer; Tailwind's `xl`.
#[cfg(feature = "hydrate")]
const WIDE: f64 = 1280.0;

/// Whether the end of the page is in sight.
#[cfg(feature = "hydrate")]
pub fn is_at_end() -> bool {
    use leptos::prelude::{document, window};

    let seen_to = window().scroll_y().unwrap_or_default() + inner("innerHeight");
    let height = document().document_element().map_or(0, |page| page.scroll_height());
    seen_to + NEAR >= f64::from(height)
}

/// Goes to the end of the page once it is painted.
#[cfg(feature = "hydrate")]
pub fn go_to_end() {
    use leptos::prelude::{document, request_animation_frame, window};

    request_animation_frame(|| {
        let height = document().document_element().map_or(0, |page| page.scroll_height());
        window().scroll_to_with_x_and_y(0.0, f64::from(height));
    });
}

/// Shows the beginning of an element once it is painted.
#[cfg(feature = "hydrate")]
pub fn show(id: String) {
    use leptos::prelude::{document, request_animation_frame};

    request_animation_frame(move || {
        if let Some(element) = document().get_element_by_id(&id) {
            element.scroll_into_view();
        }
    });
}

/// Gives the focus to an element once it is painted.
#[cfg(feature = "hydrate")]
pub fn focus(id: String) {
    use leptos::{
        prelude::{document, request_animation_frame},
        wasm_bindgen::JsCast,
        web_sys::HtmlElement,
    };

    request_animation_frame(move || {
        let element = document().get_element_by_id(&id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            // An element that has gone needs no focus.
            drop(element.focus());
        }
    });
}

/// Whether nothing on the page has the focus, because what had it has gone.
#[cfg(feature = "hydrate")]
pub fn is_focus_lost() -> bool {
    use leptos::prelude::document;

    document().active_element().is_none_or(|element| element.tag_name().eq_ignore_ascii_case("body"))
}

/// Whether there is room for a source beside its answer.
#[cfg(feature = "hydrate")]
pub fn is_wide() -> bool {
    inner("innerWidth") >= WIDE
}

#[cfg(feature = "hydrate")]
fn inner(which: &str) -> f64 {
    let size = if which == "innerWidth" { leptos::prelude::window().inner_width() } else { leptos::prelude::window().inner_height() };
    size.ok().and_then(|size| size.as_f64()).unwrap_or_default()
}

#[cfg(not(feature = "hydrate"))]
mod nowhere {
    //! The server has no window.

    pub fn is_at_end() -> bool {
        false
    }

    pub fn go_to_end() {}

    pub fn show(_id: String) {}

    pub fn focus(_id: String) {}

    pub fn is_focus_lost() -> bool {
        false
    }

    pub fn is_wide() -> bool {
        false
    }
}

#[cfg(not(feature = "hydrate"))]
pub use nowhere::{focus, go_to_end, is_at_end, is_focus_lost, is_wide, show};
