// Makes moto's Python environment once, before all test files. Without it (PyPI not reachable: a loud line says so) the
// homes that need no moto are tested alone.
module.exports = async () => {
  const { ensureVenv } = await import('../../tools/python/venv.mjs');
  process.env.TAMGIANG_MOTO_PYTHON = ensureVenv('moto') ?? '';
  // The SDK's advice to upgrade Node is for whoever runs the lake, not for these tests.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
};
