//! Coolibah Living's documents.

use super::{LEADERS, documents};

documents! { "coolibah":
    "medication-policy.md", "MED-1 Medication policy", ["medication", "MED"], &[], "Quality manual/MED", 285;
    "medication-incident-steps.md", "MED-2 When medication has gone wrong", ["medication", "incidents", "MED"], &[], "Quality manual/MED", 285;
    "duty-manager.md", "The duty manager: after-hours help", ["after hours", "contacts"], &[], "Quality manual", 64;
    "incidents-guide.md", "Incidents: what, how, when", ["incidents"], &[], "Quality manual", 143;
    "restrictive-practices-guideline.html", "RP-1 Restrictive practices guideline", ["restrictive practices"], &[], "Quality manual", 176;
    "bsp-gwendolyn-tully.md", "Behaviour support plan: Gwendolyn Tully", ["behaviour support plan", "Coolibah Lodge"], LEADERS, "Plans", 118;
    "bsp-tevita-falau.md", "Positive support plan: Tevita Falau", ["behaviour support plan", "Jacaranda Terrace"], LEADERS, "Plans", 27;
    "handover-and-notes.md", "Handover and progress notes", ["handover", "notes"], &[], "Quality manual", 201;
    "vehicles-and-outings.html", "Vehicles and outings", ["transport", "outings"], &[], "Staff site", 92;
    "moving-people.md", "Moving and transferring people", ["manual handling", "safety"], &[], "Quality manual", 164;
    "hygiene-and-outbreaks.md", "Hygiene and outbreaks", ["infection control", "health"], &[], "Quality manual", 215;
    "seizure-plan-clive-ranford.md", "Seizure plan: Clive Ranford", ["epilepsy", "Coolibah Lodge", "health"], &[], "Plans", 58;
    "eating-drinking-choking.md", "Eating, drinking and choking", ["mealtimes", "choking", "health"], &[], "Quality manual", 131;
    "falls-on-a-page.txt", "Falls on a page", ["falls", "health"], &[], "Posters", 79;
    "unexplained-absence.md", "Unexplained absence", ["missing person"], &[], "Quality manual", 109;
    "feedback-and-complaints.md", "Speak up: feedback and complaints", ["complaints", "rights"], &[], "Quality manual", 240;
    "privacy-and-phones.txt", "Privacy and phones: a talk", ["privacy", "rights"], &[], "Staff site", 147;
    "roster-rules.md", "Roster rules", ["roster", "workers"], &[], "Staff site", 44;
    "home-visits-alone.html", "Home visits and lone work", ["lone work", "safety"], &[], "Staff site", 188;
    "heat-and-sun.md", "Heat and sun", ["heat", "safety"], &[], "Safety committee", 17;
    "cyclone-and-flood.md", "Cyclone, storm and flood plan", ["cyclone", "flood", "emergency"], &[], "Safety committee", 36;
    "beach-pool-and-river.md", "Beach, pool and river", ["water safety", "outings"], &[], "Safety committee", 71;
    "money-and-gifts.md", "Money, gifts and wills", ["money", "rights"], &[], "Quality manual", 156;
    "visitors-and-animals.html", "Visitors and animals", ["visitors", "animals"], &[], "Staff site", 122;
    "team-wellbeing.txt", "Team wellbeing sheet", ["wellbeing", "workers"], &[], "Posters", 85;
    "induction-plan.md", "Induction plan", ["induction", "workers"], &[], "Staff site", 260;
}
