// Package folder puts output folders into place, whole or not at all, and never
// removes a file that the program did not write.
//
// # Model
//
// An output folder has a manifest.json, whose files list its other files, each
// with its digest. These and the manifest are the program's; whatever else is
// there is the user's, and so is a listed file that was changed.
//
//  1. Open looks at what is there, and refuses what may not be replaced, before
//     any work is done. It readies the partial folder, which is the caller's
//     alone until Close: DIR.partial, or .coldcurve.partial in DIR where the
//     system would not rename DIR (a mount point, the working folder).
//  2. Publish lets the caller fill a fresh folder in the partial one, and brings
//     it to the disk.
//  3. It looks again, moves what stands aside, and the fresh one into place: the
//     whole folder, or file by file where the folder cannot be renamed or keeps
//     files of the user. What fails on the way is undone.
//  4. What was put aside is removed, file by file as its manifest lists them.
//
// A process that is killed in step 3 leaves what was put aside in the partial
// folder; the next Open puts it back.
package folder
