# Prints cookies that Rails signs and encrypts, one per line. The cookie jar serializes to JSON, the verifier does not.
require 'active_support'
require 'active_support/key_generator'
require 'active_support/message_verifier'
require 'active_support/message_encryptor'

module AsItIs
  def self.load(value) = value
  def self.dump(value) = value
end

secret, json = ARGV
keys = ActiveSupport::KeyGenerator.new(secret, iterations: 1000)
options = [{}, { purpose: 'cookie._app_session' }, { purpose: 'cookie._app_session', expires_at: Time.now.utc + 3600 }]
%w[SHA1 SHA256].each do |digest|
  verifier = ActiveSupport::MessageVerifier.new(keys.generate_key('signed cookie'), digest: digest, serializer: AsItIs)
  options.each { |some| puts "signed #{verifier.generate(json, **some)}" }
end
encryptor = ActiveSupport::MessageEncryptor.new(
  keys.generate_key('authenticated encrypted cookie', 32), cipher: 'aes-256-gcm', serializer: AsItIs)
options.each { |some| puts "encrypted #{encryptor.encrypt_and_sign(json, **some)}" }
