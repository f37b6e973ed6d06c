//! Banksia Community Support's documents.

use super::{LEADERS, documents};

documents! { "banksia":
    "medication-procedure.md", "Medication procedure", ["medication", "procedure"], &[], "Policies/Medication", 310;
    "medication-errors.md", "After a medication error", ["medication", "incidents", "on-call"], &[], "Policies/Medication", 96;
    "on-call-guide.md", "On-call: who to ring and when", ["on-call", "contacts"], &[], "Fridge door", 41;
    "incident-reporting.md", "Incident reporting policy", ["incidents", "policy"], &[], "Policies", 245;
    "restrictive-practices.md", "Restrictive practices: our rules", ["restrictive practices", "policy"], &[], "Policies", 128;
    "bsp-olivia-hartigan.md", "Behaviour support plan: Olivia Hartigan", ["behaviour support plan", "Banksia House"], LEADERS, "Plans/Banksia House", 152;
    "bsp-hamish-quaife.md", "Behaviour support plan: Hamish Quaife (interim)", ["behaviour support plan", "Grevillea House"], LEADERS, "Plans/Grevillea House", 33;
    "shift-handover.txt", "Shift handover", ["handover", "procedure"], &[], "Office wall", 158;
    "transport.md", "Driving participants", ["transport", "procedure"], &[], "Policies", 221;
    "manual-handling.md", "Manual handling and hoists", ["manual handling", "safety"], &[], "Policies/Health", 187;
    "infection-control.html", "Infection control", ["infection control", "health"], &[], "Intranet", 204;
    "epilepsy-plan-desmond-achterberg.md", "Seizure first aid plan: Desmond Achterberg", ["epilepsy", "Banksia House", "health"], &[], "Plans/Banksia House", 74;
    "mealtime-plan-soraya-mehrabi.md", "Mealtime plan: Soraya Mehrabi", ["mealtimes", "Grevillea House", "health"], &[], "Plans/Grevillea House", 61;
    "falls.md", "Falls: what to do, and how to have fewer", ["falls", "health", "procedure"], &[], "Policies/Health", 22;
    "missing-person.md", "Missing person procedure", ["missing person", "procedure"], &[], "Policies", 139;
    "complaints.html", "Complaints and compliments", ["complaints", "rights"], &[], "Intranet", 266;
    "privacy.html", "Privacy at Banksia", ["privacy", "rights"], &[], "Intranet", 117;
    "rostering-questions.txt", "Roster: the questions I get every week", ["roster", "workers"], &[], "Office wall", 83;
    "heat-memo.txt", "Memo: hot days", ["heat", "safety"], &[], "Memos", 12;
    "bushfire-and-evacuation.md", "Fire and bushfire plan", ["fire", "emergency"], &[], "Emergency", 49;
    "participants-money.md", "Looking after participants' money", ["money", "rights", "procedure"], &[], "Policies", 173;
    "house-rules-visitors-pets-smoking.txt", "House rules: visitors, pets, smoking", ["house rules", "rights"], &[], "Office wall", 194;
    "working-alone.md", "Working alone", ["lone work", "safety"], &[], "Policies", 105;
    "looking-after-yourself.md", "Looking after yourself", ["wellbeing", "workers"], &[], "Welcome pack", 56;
    "first-four-weeks.md", "Your first four weeks", ["induction", "workers"], &[], "Welcome pack", 230;
}
