//! A folder of transcripts: each is checked whole, octet by octet and in random pieces, and then damaged many times
//! over, when only one thing is asked: that the pieces it arrives in make no difference, and nothing panics.

use super::player::{Pieces, Player};
use super::random::{Random, damage};
use super::script::{self, Script};
use super::text;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Random ways to cut each transcript.
const SPLITS: u64 = 20;
/// Damaged versions of each transcript; fewer of long ones.
const DAMAGED: usize = 300;
/// Octets of damaged input a transcript may cost.
const DAMAGED_OCTETS: usize = 400_000;

static TRANSCRIPTS: AtomicU64 = AtomicU64::new(0);
static REPLAYS: AtomicU64 = AtomicU64::new(0);

/// Runs every transcript of one folder of tests/transcripts and fails with all that did not hold.
pub fn folder(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/transcripts")
        .join(name);
    let files = texts(&root);
    assert!(!files.is_empty(), "no transcripts in {}", root.display());
    let mut failures = Vec::new();
    let mut replays = 0;
    for file in &files {
        let title = format!("{name}/{}", file.file_name().unwrap_or_default().to_string_lossy());
        if let Err(why) = transcript(file, &mut replays) {
            failures.push(format!("{title}: {why}"));
        }
    }
    let all = TRANSCRIPTS.fetch_add(files.len() as u64, Ordering::Relaxed) + files.len() as u64;
    let all_replays = REPLAYS.fetch_add(replays, Ordering::Relaxed) + replays;
    // Past libtest's capture: the figures are for whoever reads the log.
    let _ = writeln!(
        std::io::stdout().lock(),
        "{name}: {} transcripts, {replays} replays (so far {all} and {all_replays})",
        files.len()
    );
    assert!(
        failures.is_empty(),
        "{} of {} failed\n\n{}\n",
        failures.len(),
        files.len(),
        failures.join("\n\n")
    );
}

fn texts(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).map(|entries| entries.flatten().map(|e| e.path()).collect::<Vec<_>>());
    let mut files = entries.unwrap_or_default();
    files.retain(|f| f.extension().is_some_and(|e| e == "txt"));
    files.sort();
    files
}

fn transcript(file: &Path, replays: &mut u64) -> Result<(), String> {
    let source = std::fs::read_to_string(file).map_err(|e| e.to_string())?;
    let script = script::parse(&source)?;
    let groups = checked(&script, Pieces::Whole, "whole")?;
    checked(&script, Pieces::Octets, "octet by octet")?;
    *replays += 2;
    for seed in 0..SPLITS {
        checked(
            &script,
            Pieces::Random(Random(seed)),
            &format!("random pieces, seed {seed}"),
        )?;
        *replays += 1;
    }
    damaged(&script, &groups, seed_of(&source), replays)
}

fn checked(script: &Script, pieces: Pieces, how: &str) -> Result<Vec<Vec<u8>>, String> {
    quietly(|| Player::new(script, pieces, true)?.check(script)).map_err(|why| format!("{why}\n  (delivered {how})"))
}

/// Damages the server's octets and compares a delivery by groups with others.
fn damaged(script: &Script, groups: &[Vec<u8>], seed: u64, replays: &mut u64) -> Result<(), String> {
    let size: usize = groups.iter().map(Vec::len).sum();
    if size == 0 {
        return Ok(());
    }
    let times = (DAMAGED_OCTETS / (size + 200)).clamp(2, DAMAGED);
    for i in 0..times as u64 {
        let mut random = Random(seed.wrapping_add(i));
        let mut groups = groups.to_vec();
        let victim = random.below(groups.len());
        damage(&mut groups[victim], &mut random);
        let whole = replayed(script, &groups, Pieces::Whole);
        let octets = replayed(script, &groups, Pieces::Octets);
        let pieces = replayed(script, &groups, Pieces::Random(Random(i)));
        *replays += 3;
        let told = |what: &str| {
            let all: Vec<String> = groups.iter().map(|g| text::short(&text::shown(g))).collect();
            format!(
                "damaged with seed {}: {what}\n  octets by group:\n    {}",
                seed.wrapping_add(i),
                all.join("\n    ")
            )
        };
        let whole = whole.map_err(|why| told(&why))?;
        for (other, how) in [(octets, "octet by octet"), (pieces, "in pieces")] {
            let other = other.map_err(|why| told(&format!("{why} (delivered {how})")))?;
            if other != whole {
                return Err(told(&format!(
                    "delivered whole and {how} it gives different results:\n{}",
                    differing(&whole, &other)
                )));
            }
        }
    }
    Ok(())
}

fn replayed(script: &Script, groups: &[Vec<u8>], pieces: Pieces) -> Result<String, String> {
    quietly(|| Ok(Player::new(script, pieces, false)?.replay(script, groups)))
}

/// A panic is a failure like others.
fn quietly<T>(play: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(play)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        Err(format!("panicked: {}", text.unwrap_or_default()))
    })
}

/// The first lines that differ.
fn differing(a: &str, b: &str) -> String {
    let mut lines = a.lines().zip(b.lines()).filter(|(a, b)| a != b);
    match lines.next() {
        Some((a, b)) => format!("    whole: {}\n    other: {}", text::short(a), text::short(b)),
        None => format!(
            "    whole has {} lines, the other {}",
            a.lines().count(),
            b.lines().count()
        ),
    }
}

/// Each transcript has its own chance, the same in every run (FNV-1a).
fn seed_of(source: &str) -> u64 {
    source.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| {
        (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    })
}
