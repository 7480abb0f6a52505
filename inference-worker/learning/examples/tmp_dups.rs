use openledger_learning::duplicates::DuplicateIndex;
use openledger_artifacts::Row;
use std::time::Instant;
fn main() {
    let v: serde_json::Value = serde_json::from_slice(&std::fs::read("/tmp/learning/glosses.json").unwrap()).unwrap();
    let texts: Vec<String> = v["g"].as_array().unwrap().iter().map(|e| e["text"].as_str().unwrap().to_string()).collect();
    let topical: Vec<String> = v["g"].as_array().unwrap().iter().filter(|e| !e["topics"].as_array().unwrap().is_empty()).map(|e| e["text"].as_str().unwrap().to_string()).collect();
    let row = |t: &str| Row { text: t.into(), label: "x".into() };
    for (name, set) in [("topical", &topical), ("all", &texts)] {
        let t0 = Instant::now();
        let (a, b) = set.split_at(set.len() / 2);
        let mut index = DuplicateIndex::new();
        index.insert(1, &a.iter().map(|t| row(t)).collect::<Vec<_>>());
        println!("{name}: insert {} in {:?}", a.len(), t0.elapsed());
        let t0 = Instant::now();
        let report = index.check(&b.iter().map(|t| row(t)).collect::<Vec<_>>());
        println!("check {} in {:?}: exact {} near {} internal {}", b.len(), t0.elapsed(), report.exact.len(), report.near.len(), report.internal);
        for (lo, hi) in [(500_000, 550_000), (550_000, 600_000), (600_000, 650_000), (650_000, 700_000), (700_000, 750_000), (750_000, 1_000_001)] {
            let x: Vec<_> = report.near.iter().filter(|n| n.2 >= lo && n.2 < hi).collect();
            println!("  {lo}..{hi}: {}", x.len());
            for n in x.iter().take(4) { println!("      {}", b[n.0 as usize]); }
        }
        let disguised: Vec<Row> = a.iter().map(|t| row(&format!("{t}, in general"))).collect();
        let report = index.check(&disguised);
        for th in [500_000, 550_000, 600_000, 650_000, 700_000, 750_000] {
            println!("  recall at {th}: {:.3}", report.near.iter().filter(|n| n.2 >= th).count() as f64 / a.len() as f64);
        }
    }
}
