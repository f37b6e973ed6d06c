use leptos::prelude::*;

/// The frame of signing in, invitations and passwords: the product's mark and one task.
#[component]
pub fn AuthFrame(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <main id="main" class="mx-auto flex min-h-dvh w-full max-w-[28rem] flex-col px-4 py-8 sm:justify-center sm:py-16">
            <p class="mb-6 flex items-center gap-3 text-subsection font-semibold">
                <img src="/favicon.svg" width="36" height="36" alt="" />
                "SupportSignal"
            </p>
            <div class="rounded-box bg-base-100 p-5 shadow-soft sm:p-8">
                <h1>{title}</h1>
                {lead.map(|lead| view! { <p class="mt-2 text-muted">{lead}</p> })}
                <div class="mt-6">{children()}</div>
            </div>
        </main>
    }
    .into_any()
}
