//! Dense tables; on a phone each row becomes a card. The looks are in `style/table.css`.

mod row_keys;

use leptos::prelude::*;

use super::icon::Icon;

/// The direction in which a column is sorted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortDirection {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    label: String,
    numeric: bool,
    hidden: bool,
    sort: Option<(String, Option<SortDirection>)>,
}

impl Column {
    /// A column of text.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: false, hidden: false, sort: None }
    }

    /// Numbers, set to the right.
    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self
    }

    /// The label is for screen readers only: a column of actions.
    pub fn hidden_label(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// The label links to the list sorted by this column; `direction` tells whether it is now.
    pub fn sortable(mut self, href: impl Into<String>, direction: Option<SortDirection>) -> Self {
        self.sort = Some((href.into(), direction));
        self
    }

    fn view(self) -> AnyView {
        let direction = self.sort.as_ref().and_then(|(_, direction)| *direction);
        let aria_sort = direction.map(|direction| match direction {
            SortDirection::Ascending => "ascending",
            SortDirection::Descending => "descending",
        });
        let arrow = match direction {
            Some(SortDirection::Ascending) => Icon::ChevronUp,
            Some(SortDirection::Descending) => Icon::ChevronDown,
            None => Icon::ChevronsUpDown,
        };
        let label = match self.sort {
            Some((href, _)) => view! {
                <a href=href class="inline-flex min-h-11 items-center sm:min-h-9 gap-1 rounded-sm hover:text-base-content">
                    {self.label} {arrow.small()}
                </a>
            }
            .into_any(),
            None if self.hidden => view! { <span class="sr-only">{self.label}</span> }.into_any(),
            None => self.label.into_any(),
        };
        view! {
            <th scope="col" role="columnheader" class:numeric=self.numeric aria-sort=aria_sort>
                {label}
            </th>
        }
        .into_any()
    }
}

/// A table: its name, the heads of its columns, and rows (`Row`) as children. Once a row has the focus, j and k or the arrow
/// keys go to the next and the previous one.
#[component]
pub fn DataTable(
    /// What the table lists; for screen readers unless `show_caption`.
    #[prop(into)]
    caption: String,
    columns: Vec<Column>,
    #[prop(optional)] show_caption: bool,
    children: Children,
) -> impl IntoView {
    // Once the rows are cards, browsers no longer see a table: the roles say it is one.
    view! {
        <table class="data-table" role="table" on:keydown=move |event| row_keys::follow(&event)>
            <caption class="px-4 pb-2 font-semibold" class:sr-only=!show_caption>
                {caption}
            </caption>
            <thead role="rowgroup">
                <tr role="row">{columns.into_iter().map(Column::view).collect_view()}</tr>
            </thead>
            <tbody role="rowgroup">{children()}</tbody>
        </table>
    }
    .into_any()
}

/// A row of a table.
#[component]
pub fn Row(children: Children) -> impl IntoView {
    view! { <tr role="row">{children()}</tr> }
}

/// A cell. `label` stands before it on a phone; leave it out where the content explains itself.
#[component]
pub fn Cell(
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional)] numeric: bool,
    /// Never breaks into two lines: a date, a name.
    #[prop(optional)]
    nowrap: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <td role="cell" data-label=label class:numeric=numeric class:whitespace-nowrap=nowrap>
            {children()}
        </td>
    }
    .into_any()
}

/// The first cell of a row that opens: its link covers the whole row.
#[component]
pub fn LinkCell(#[prop(into)] href: String, children: Children) -> impl IntoView {
    view! {
        <th scope="row" role="rowheader">
            <a class="row-link text-base-content hover:text-primary" href=href>
                {children()}
            </a>
        </th>
    }
    .into_any()
}
