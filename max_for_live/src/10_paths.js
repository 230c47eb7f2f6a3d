// Paths: as Max writes them, and as the server reads them.

/**
 * A path as the server reads it: `Macintosh HD:/x` is `/x`, `Disk:/x` is `/Volumes/Disk/x`, and
 * `C:\a b\c.jpg` is `C:/a b/c.jpg`.
 * @param {string} path
 * @returns {string}
 */
function plain_path(path) {
  var text = path.replace(/\\/g, "/");
  var found = /^([^\/:]+):\/+(.*)$/.exec(text);
  if (!found || found[1].length === 1) {
    return text; // one letter is a drive of Windows
  }
  return found[1] === "Macintosh HD" ? "/" + found[2] : "/Volumes/" + found[1] + "/" + found[2];
}

/**
 * @param {string} path
 * @returns {boolean} whether it begins at the root of a disk
 */
function is_whole(path) {
  return /^(\/|[A-Za-z]:\/)/.test(path);
}

/**
 * @param {string} path
 * @returns {string} the folder that it lies in, without a slash at its end
 */
function folder_of(path) {
  return path.replace(/\/[^\/]*$/, "");
}

/**
 * @param {string} path
 * @returns {string} its last part
 */
function name_of(path) {
  return path.replace(/^.*\//, "");
}

/**
 * @param {string} path
 * @returns {boolean} whether there is such a file that can be read
 */
function is_file(path) {
  var file = new File(path, "read");
  var there = file.isopen;
  file.close();
  return there;
}
