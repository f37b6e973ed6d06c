//! A line of counts over time.

use super::scale::{height, middle, short, ticks};
use leptos::prelude::*;

/// On a phone there is room for so many labels below a line.
const PHONE_LABELS: usize = 5;

/// A point of a line; at most 14 can be touched on a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePoint {
    /// Below the chart: "2 Nov".
    pub short: String,
    /// In full, with its count: "2 Nov to 8 Nov: 4 reports".
    pub label: String,
    pub value: i64,
    /// What is behind it; only points with something have one.
    pub href: Option<String>,
}

/// A line with a number above each point and a link behind it.
#[component]
pub fn LineChart(
    /// What the line shows, for screen readers.
    #[prop(into)]
    label: String,
    points: Vec<LinePoint>,
) -> impl IntoView {
    let ticks = ticks(points.iter().map(|point| point.value).max().unwrap_or_default());
    let top = ticks.last().copied().unwrap_or(1);
    let (lines, scale) = (grid_lines(&ticks, top), scale_labels(&ticks, top));
    let (segments, marks) = (segments(&points, top), marks(&points, top));
    let labels = labels(&points);
    let links = points.into_iter().map(link_view).collect_view();
    view! {
        <figure class="max-sm:-mx-2">
            <div class="flex h-44">
                <svg class="hidden h-full w-9 shrink-0 sm:block" aria-hidden="true">
                    {scale}
                </svg>
                <div class="relative h-full min-w-0 flex-1">
                    <svg class="absolute inset-0 size-full overflow-visible" role="img" aria-label=label>
                        {lines} {segments} {marks}
                    </svg>
                    <ol class="absolute inset-0 flex">{links}</ol>
                </div>
            </div>
            <div class="mt-1 flex text-xs text-muted tabular-nums sm:pl-9" aria-hidden="true">
                {labels}
            </div>
        </figure>
    }
    .into_any()
}

fn grid_lines(ticks: &[i64], top: i64) -> AnyView {
    ticks
        .iter()
        .map(|tick| {
            let y = height(*tick, top).to_string();
            view! { <line x1="0" x2="100%" y1=y.clone() y2=y class="stroke-base-300" /> }
        })
        .collect_view()
        .into_any()
}

fn scale_labels(ticks: &[i64], top: i64) -> AnyView {
    ticks
        .iter()
        .map(|tick| {
            let (y, label) = (height(*tick, top).to_string(), short(*tick));
            view! {
                <text x="28" y=y dy="4" text-anchor="end" class="fill-muted text-xs tabular-nums">
                    {label}
                </text>
            }
        })
        .collect_view()
        .into_any()
}

fn segments(points: &[LinePoint], top: i64) -> AnyView {
    let count = points.len();
    points
        .windows(2)
        .enumerate()
        .map(|(index, pair)| {
            let [y1, y2] =
                [pair.first(), pair.last()].map(|point| height(point.map_or(0, |point| point.value), top).to_string());
            let (x1, x2) = (middle(index, count).to_string(), middle(index + 1, count).to_string());
            view! { <line x1=x1 y1=y1 x2=x2 y2=y2 stroke-width="2" stroke-linecap="round" class="stroke-primary" /> }
        })
        .collect_view()
        .into_any()
}

fn marks(points: &[LinePoint], top: i64) -> AnyView {
    let count = points.len();
    points
        .iter()
        .enumerate()
        .map(|(index, point)| {
            let (x, y, number) =
                (middle(index, count).to_string(), height(point.value, top).to_string(), short(point.value));
            view! {
                <circle cx=x.clone() cy=y.clone() r="4" stroke-width="2" class="fill-base-100 stroke-primary" />
                <text x=x y=y dy="-9" text-anchor="middle" class="fill-base-content text-xs font-semibold tabular-nums">
                    {number}
                </text>
            }
        })
        .collect_view()
        .into_any()
}

fn link_view(point: LinePoint) -> impl IntoView {
    let LinePoint { label, href, .. } = point;
    let title = label.clone();
    let content = match href {
        Some(href) => view! {
            <a class="block h-full rounded-field hover:bg-primary/8" href=href title=title>
                <span class="sr-only">{label}</span>
            </a>
        }
        .into_any(),
        None => view! { <span class="sr-only">{label}</span> }.into_any(),
    };
    view! { <li class="min-w-0 flex-1">{content}</li> }
}

/// Every label on a desktop, some on a phone; the last one always.
fn labels(points: &[LinePoint]) -> AnyView {
    let count = points.len();
    let every = count.div_ceil(PHONE_LABELS).max(1);
    points
        .iter()
        .enumerate()
        .map(|(index, point)| {
            let is_on_phone = (count - 1 - index).is_multiple_of(every);
            let label = point.short.clone();
            view! {
                <span class="flex min-w-0 flex-1 justify-center">
                    <span class="whitespace-nowrap" class=("max-sm:hidden", !is_on_phone)>
                        {label}
                    </span>
                </span>
            }
        })
        .collect_view()
        .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{LineChart, LineChartProps, LinePoint};
    use leptos::prelude::*;

    fn html(values: &[i64]) -> String {
        let point = |value: &i64| LinePoint {
            short: "2 Nov".to_owned(),
            label: format!("2 Nov: {value}"),
            value: *value,
            href: (*value > 0).then(|| "/behind".to_owned()),
        };
        let points = values.iter().map(point).collect();
        Owner::new()
            .with(|| LineChart(LineChartProps { label: "Reports by day".to_owned(), points }).into_any().to_html())
    }

    #[test]
    fn every_point_has_its_mark_its_words_and_its_link() {
        let html = html(&[3, 0, 14]);
        assert_eq!(html.matches("<circle").count(), 3);
        assert_eq!(html.matches("href=\"/behind\"").count(), 2, "nothing stands behind nothing");
        assert!(html.contains("2 Nov: 14") && html.contains("role=\"img\""));
        assert!(!html.contains("style="), "the content security policy forbids it");
    }

    #[test]
    fn little_and_much_can_be_drawn() {
        assert_eq!(html(&[]).matches("<circle").count(), 0);
        assert_eq!(html(&[5]).matches("<circle").count(), 1);
        assert!(html(&[0, 0]).contains("y1=\"96.0%\""));
        assert!(html(&[i64::MAX, 0]).contains("100.0%"));
    }
}
