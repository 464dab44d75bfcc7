"""A seller to try the product with: Kopi Nusantara, made through the services that users use."""
