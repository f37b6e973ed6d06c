//! Buttons, and links that look like one.

use leptos::{ev::MouseEvent, html, prelude::*};

use super::icon::Icon;

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonVariant {
    /// The one next step of a page.
    #[default]
    Primary,
    /// Another way on.
    Secondary,
    /// Something small beside other content.
    Quiet,
    /// Something that can't be taken back.
    Danger,
}

impl ButtonVariant {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn btn-primary max-w-full",
            Self::Secondary => {
                "btn max-w-full border-edge bg-base-100 text-base-content hover:bg-base-200 hover:border-base-content"
            }
            Self::Quiet => "btn btn-ghost max-w-full px-3 text-primary aria-pressed:bg-primary/10",
            Self::Danger => "btn btn-error btn-outline max-w-full bg-base-100",
        }
    }
}

/// What a button does to the form around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonType {
    /// Sends the form.
    #[default]
    Submit,
    /// Nothing; a listener does the work.
    Button,
    /// Puts the form back to what it was.
    Reset,
}

impl ButtonType {
    fn attribute(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Button => "button",
            Self::Reset => "reset",
        }
    }
}

/// A button. While `pending` it shows that work is under way and ignores further clicks, but keeps its size and the focus.
#[component]
pub fn Button(
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional)] kind: ButtonType,
    /// Work is under way.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Can't be used now; say why beside it.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    #[prop(optional, into)] icon: Option<Icon>,
    /// With `value`: what a form with several buttons is told about the one that was used.
    #[prop(optional, into)]
    name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    /// The id of a form that the button stands outside of.
    #[prop(optional, into)]
    form: Option<String>,
    /// Sends the form without the browser's own checks, for "Save and leave".
    #[prop(optional)]
    formnovalidate: bool,
    /// As wide as its surroundings.
    #[prop(optional)]
    wide: bool,
    #[prop(optional, into)] id: Option<String>,
    /// The name for screen readers where the visible words aren't enough.
    #[prop(optional, into)]
    aria_label: Option<String>,
    /// Of a button that stands for a choice: whether it is the one that was made.
    #[prop(optional, into)]
    pressed: Signal<Option<bool>>,
    #[prop(optional)] node_ref: NodeRef<html::Button>,
    #[prop(optional, into)] on_click: Option<Callback<MouseEvent>>,
    children: Children,
) -> impl IntoView {
    let click = move |event: MouseEvent| {
        if pending.get_untracked() {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(event);
        }
    };
    view! {
        <button
            type=kind.attribute()
            class=variant.class()
            class:w-full=wide
            id=id
            name=name
            value=value
            form=form
            formnovalidate=formnovalidate
            disabled=disabled
            aria-label=aria_label
            aria-pressed=move || pressed.get().map(|pressed| pressed.to_string())
            aria-busy=move || pending.get().then_some("true")
            node_ref=node_ref
            on:click=click
        >
            {icon
                .map(|icon| {
                    view! {
                        <span class="contents" class:hidden=pending>
                            {icon.view()}
                        </span>
                    }
                })}
            <span class="loading loading-spinner loading-sm" class:hidden=move || !pending.get() aria-hidden="true"></span>
            {children()}
            <span class="sr-only">{move || pending.get().then_some("(working)")}</span>
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional, into)] icon: Option<Icon>,
    /// As wide as its surroundings.
    #[prop(optional)]
    wide: bool,
    /// Leaves the routes of the browser's application: a download or a page elsewhere.
    #[prop(optional)]
    external: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class=variant.class() class:w-full=wide rel=external.then_some("external")>
            {icon.map(Icon::view)}
            {children()}
        </a>
    }
    .into_any()
}
