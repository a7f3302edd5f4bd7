// A user's program in CommonJS, which newer versions of Node.js let require what is an ES module.
const { ClientKey, FheUint8 } = require("tacet");

ClientKey.generate().then((clientKey) => {
  console.log(FheUint8.encrypt(42, clientKey).decrypt(clientKey));
});
