"""Sample data: made-up customers of a made-up furniture shop, told through the services of the product."""
