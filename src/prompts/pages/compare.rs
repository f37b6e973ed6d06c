//! Two versions of a step side by side; on a phone each pair of lines one below the other.

use crate::{
    app::use_viewer,
    error::AppError,
    ids::PromptId,
    prompts::{
        api::compare_versions,
        comparison::{Comparison, DiffKind, DiffLine, DiffRow, Piece, Setting, Stretch, fold},
        components::{VersionBadge, use_step},
        paths,
        prompt::Version,
    },
    tenants::tenant::TenantSlug,
    ui::{Alert, Card, Cell, Column, DataTable, Disclosure, PageHeader, Row, Tone, Unpack},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}/prompts/{step}/compare?a={id}&b={id}`.
#[component]
pub fn ComparePage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let step = use_step();
    let query = use_query_map();
    let pair = Memo::new(move |_| {
        let id = |name| query.with(|query| query.get_str(name).and_then(|id| id.parse::<PromptId>().ok()));
        id("a").zip(id("b"))
    });
    let comparison = Resource::new_blocking(
        move || (step.get(), pair.get()),
        move |(step, pair)| async move {
            let (step, (a, b)) = step.zip(pair).ok_or(AppError::NotFound)?;
            compare_versions(tenant.get_value(), step, a, b).await
        },
    );
    view! {
        <Title text="Compare versions" />
        <Unpack resource=comparison let:comparison>
            {comparison_view(comparison, &tenant.get_value())}
        </Unpack>
    }
    .into_any()
}

fn comparison_view(comparison: Comparison, tenant: &TenantSlug) -> AnyView {
    let step = comparison.before.step;
    let (before, after) = (comparison.before.name.to_string(), comparison.after.name.to_string());
    let has_same_text = comparison.has_same_text();
    let heads = [&comparison.before, &comparison.after].map(|version| head(version, tenant));
    let legend = format!(
        "\u{2212} Removed: only in {}. + Added: only in {}.",
        comparison.before.name.in_sentence(),
        comparison.after.name.in_sentence()
    );
    let same = has_same_text.then(|| {
        view! {
            <div class="mb-4">
                <Alert tone=Tone::Info title="The two templates are the same, letter by letter." quiet=true />
            </div>
        }
    });
    view! {
        <PageHeader
            title="Compare versions"
            lead=format!("{}: {before} and {after}.", step.label())
            back=(paths::step(tenant, step), step.label().to_owned())
        />
        <div class="space-y-6">
            <Card title="Template" lead=legend>
                {same}
                <div class="mb-3 grid gap-x-4 gap-y-2 lg:grid-cols-2">{heads.into_iter().collect_view()}</div>
                {fold(comparison.rows).into_iter().map(stretch_view).collect_view()}
            </Card>
            {settings_card(comparison.settings, before, after)}
        </div>
    }
    .into_any()
}

fn head(version: &Version, tenant: &TenantSlug) -> AnyView {
    let href = paths::version(tenant, version.step, version.id);
    view! {
        <h3 class="flex flex-wrap items-center gap-2">
            <a class="text-link" href=href>
                {version.name.to_string()}
            </a>
            <VersionBadge state=version.state />
        </h3>
    }
    .into_any()
}

fn stretch_view(stretch: Stretch) -> AnyView {
    match stretch {
        Stretch::Shown(rows) => rows_view(rows),
        Stretch::Folded(rows) => {
            let summary = match rows.len() {
                1 => "1 line that is the same".to_owned(),
                count => format!("{count} lines that are the same"),
            };
            view! { <Disclosure summary>{rows_view(rows)}</Disclosure> }.into_any()
        }
    }
}

fn rows_view(rows: Vec<DiffRow>) -> AnyView {
    let mut previous = (Mark::None, Mark::None);
    let rows = rows
        .into_iter()
        .map(|row| {
            let marks = marks_of(row.kind);
            // The word stands above the first line of a stretch, the sign beside each.
            let words = (marks.0 != previous.0, marks.1 != previous.1);
            previous = marks;
            row_view(row, marks, words)
        })
        .collect_view();
    view! { <ol class="space-y-px font-mono text-[0.875rem]/6">{rows}</ol> }.into_any()
}

/// How the two sides of a row are marked.
const fn marks_of(kind: DiffKind) -> (Mark, Mark) {
    match kind {
        DiffKind::Same => (Mark::None, Mark::None),
        DiffKind::Changed => (Mark::Removed, Mark::Added),
        DiffKind::Removed => (Mark::Removed, Mark::None),
        DiffKind::Added => (Mark::None, Mark::Added),
    }
}

/// Both sides of a row; an unchanged line is shown once where they stand below each other.
fn row_view(row: DiffRow, marks: (Mark, Mark), words: (bool, bool)) -> AnyView {
    let is_same = row.kind == DiffKind::Same;
    let before = side_view(row.before, marks.0, words.0);
    let after = side_view(row.after, marks.1, words.1);
    view! {
        <li class="grid gap-x-4 lg:grid-cols-2">
            {before}
            <div class="min-w-0" class=("max-lg:hidden", is_same) aria-hidden=is_same.then_some("true")>
                {after}
            </div>
        </li>
    }
    .into_any()
}

/// What happened to a line, by sign, word and colour.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Removed,
    Added,
}

impl Mark {
    const fn sign(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Removed => "\u{2212}",
            Self::Added => "+",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Removed => "Removed",
            Self::Added => "Added",
        }
    }

    /// Of the line, and of its word.
    const fn classes(self) -> (&'static str, &'static str) {
        match self {
            Self::None => ("", ""),
            Self::Removed => ("bg-error/10", "text-error"),
            Self::Added => ("bg-success/10", "text-success"),
        }
    }
}

fn side_view(line: Option<DiffLine>, mark: Mark, with_word: bool) -> AnyView {
    let Some(line) = line else {
        return view! { <div class="min-w-0 max-lg:hidden" aria-hidden="true"></div> }.into_any();
    };
    let (line_class, word_class) = mark.classes();
    let word = (with_word && mark != Mark::None).then(|| {
        view! {
            <span class=format!("block font-sans text-[0.75rem]/5 font-semibold {word_class}")>{mark.word()}</span>
        }
    });
    let pieces = line.pieces.into_iter().map(|piece| piece_view(piece, mark)).collect_view();
    view! {
        <div class=format!("flex min-w-0 gap-2 rounded-sm px-2 {line_class}")>
            <span class="w-7 shrink-0 text-end text-muted select-none" aria-hidden="true">
                {line.number}
            </span>
            <span class=format!("w-3 shrink-0 font-semibold select-none {word_class}")>{mark.sign()}</span>
            <div class="min-w-0 flex-1">
                {word}
                <span class="block min-h-6 whitespace-pre-wrap wrap-anywhere" dir="auto">
                    {pieces}
                </span>
            </div>
        </div>
    }
    .into_any()
}

/// Changed words stand out by a line through or under them.
fn piece_view(piece: Piece, mark: Mark) -> AnyView {
    match mark {
        Mark::Removed if piece.is_changed => view! { <del class="bg-error/15">{piece.text}</del> }.into_any(),
        Mark::Added if piece.is_changed => view! { <ins class="bg-success/15">{piece.text}</ins> }.into_any(),
        _ => piece.text.into_any(),
    }
}

fn settings_card(settings: Vec<Setting>, before: String, after: String) -> AnyView {
    let columns = vec![
        Column::new("Setting"),
        Column::new(before.clone()),
        Column::new(after.clone()),
        Column::new("Difference"),
    ];
    let rows = settings
        .into_iter()
        .map(|setting| {
            let difference = if setting.before == setting.after { "The same" } else { "Different" };
            let (before_label, after_label) = (before.clone(), after.clone());
            view! {
                <Row>
                    <Cell>
                        <span class="font-semibold">{setting.label}</span>
                    </Cell>
                    <Cell label=before_label>
                        <span class="min-w-0 wrap-anywhere">{setting.before}</span>
                    </Cell>
                    <Cell label=after_label>
                        <span class="min-w-0 wrap-anywhere">{setting.after}</span>
                    </Cell>
                    <Cell label="Difference">{difference}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <Card title="Settings" flush=true>
            <DataTable caption="Settings of the two versions" columns>
                {rows}
            </DataTable>
        </Card>
    }
    .into_any()
}
