//! Folders that cannot be used.

use tempfile::TempDir;
use topology_launch::folder::Project;
use topology_launch::run::Run;

#[tokio::test]
async fn a_file_in_the_place_of_the_folder_is_told_with_its_path() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join(".topology"), "").unwrap();
    let error = Run::begin(&Project::new(folder.path()), "local", &|_| {}).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot create the folder `{}/.topology`", folder.path().display()));
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_folder_of_the_system_that_takes_no_files_is_told() {
    // Nobody can create a folder in /proc, not even root.
    let error = Run::begin(&Project::new("/proc/self"), "local", &|_| {}).await.unwrap_err();
    assert_eq!(error.to_string(), "cannot create the folder `/proc/self/.topology`");
}

#[test]
fn purging_deletes_one_environment_and_twice_is_no_error() {
    let folder = TempDir::new().unwrap();
    let project = Project::new(folder.path());
    let (local, other) = (project.environment("local"), project.environment("other"));
    local.create().unwrap();
    other.create().unwrap();
    local.purge().unwrap();
    local.purge().unwrap();
    assert!(!local.root().exists() && other.root().exists());
}
