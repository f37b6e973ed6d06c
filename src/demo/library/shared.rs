//! Summaries of the NDIS rules that every organisation may read. Guidance with a link, not legal advice.

use super::documents;

documents! { "shared":
    "reportable-incidents.md", "Reportable incidents: a plain summary", ["NDIS rules", "incidents"], &[], "NDIS guidance", 20;
    "code-of-conduct.md", "The NDIS Code of Conduct in plain words", ["NDIS rules", "rights"], &[], "NDIS guidance", 20;
    "restrictive-practices-rules.html", "Regulated restrictive practices: what the Rules ask", ["NDIS rules", "restrictive practices"], &[], "NDIS guidance", 19;
    "worker-screening.md", "NDIS Worker Screening Check", ["NDIS rules", "workers"], &[], "NDIS guidance", 19;
    "complaints-rules.txt", "Complaints: what the NDIS rules ask of a provider", ["NDIS rules", "complaints"], &[], "NDIS guidance", 18;
}
