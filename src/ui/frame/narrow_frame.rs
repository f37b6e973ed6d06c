use leptos::{children::ViewFnOnce, prelude::*};

/// The frame of the wizard: nothing that distracts, 18 px text, and always a way to leave without losing anything.
#[component]
pub fn NarrowFrame(
    /// What is being done: "Incident report".
    #[prop(into)]
    title: String,
    /// At the right of the top bar: "Save and leave".
    #[prop(optional, into)]
    leave: Option<ViewFnOnce>,
    /// Beside the title, quiet: "Saved 10:42".
    #[prop(optional, into)]
    saved: Signal<Option<String>>,
    /// Wider, for two columns side by side.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="min-h-dvh">
            <a class="skip-link" href="#main" rel="external">
                "Skip to the main content"
            </a>
            <header class="no-print sticky top-0 z-20 border-b border-base-300 bg-base-100">
                <div class="mx-auto flex min-h-14 max-w-[75rem] items-center gap-3 px-4 sm:px-6">
                    <p class="min-w-0 flex-1">
                        <span class="block truncate leading-tight font-semibold">{title}</span>
                        <span role="status" class="block text-[0.8125rem]/4.5 text-muted tabular-nums">
                            {move || saved.get()}
                        </span>
                    </p>
                    {leave.map(|leave| leave.run())}
                </div>
            </header>
            <main
                id="main"
                tabindex="-1"
                class="mx-auto w-full px-4 pt-4 pb-24 text-lg sm:px-6 sm:pt-8"
                class=("max-w-[42rem]", !wide)
                class=("max-w-[75rem]", wide)
            >
                {children()}
            </main>
        </div>
    }
    .into_any()
}
