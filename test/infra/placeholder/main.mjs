// Stands in for a package in tests of templates: it is never run.
export const handler = async () => {};
